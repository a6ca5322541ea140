using System.Collections.Concurrent;
using System.Net;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>Clients that send as fast as they are answered: new events, retries of what was not acknowledged, and repeats of what was.</summary>
internal sealed class Load(People people, History history, int seed)
{
    private readonly ConcurrentQueue<SentEvent[]> _sent = new();
    private int _life;

    /// <summary>Of so many batches that were not acknowledged one is never sent again: what became of it only the server knows. 0 for none.</summary>
    public int GiveUpOneIn { get; init; } = 10;

    /// <summary>Runs until it is told to stop, or until the server no longer answers.</summary>
    public async Task RunAsync(Uri url, int clients, CancellationToken stop)
    {
        var life = Interlocked.Increment(ref _life);
        using var client = new GridClient(url);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(i => Task.Run(() => SendAsync(client, new Random(HashCode.Combine(seed, life, i)), stop))));
    }

    private async Task SendAsync(GridClient client, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var batch = Choose(random);
            HttpStatusCode? status;
            if (random.Next(20) == 0)
            {
                // A client that gave up waiting too early: its retry overtakes or meets the first attempt.
                var both = await Task.WhenAll(history.SendAsync(client, batch), history.SendAsync(client, batch));
                status = both[0] ?? both[1];
            }
            else
            {
                status = await history.SendAsync(client, batch);
            }

            if (status is null) return;
            if (status == HttpStatusCode.OK && random.Next(4) == 0) _sent.Enqueue(batch);
        }
    }

    private SentEvent[] Choose(Random random)
    {
        var turn = random.Next(10);
        if (turn == 0 && _sent.TryDequeue(out var old)) return old;
        if (turn > 5 || !history.TryTakeUnsettled(out var unsettled)) return people.NextBatch(random);
        return GiveUpOneIn > 0 && random.Next(GiveUpOneIn) == 0 ? people.NextBatch(random) : unsettled;
    }
}
