using System.Collections.Concurrent;
using System.Net;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>Clients that send as fast as they are answered: new events, retries of what was not acknowledged, and repeats of what was.</summary>
internal sealed class Load(People people, History history, int seed)
{
    private readonly ConcurrentQueue<SentEvent[]> _sent = new();
    private int _life;

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
        switch (random.Next(10))
        {
            case 0 when _sent.TryDequeue(out var old):
                return old;
            // One in ten is never sent again: what became of it only the server knows.
            case < 6 when history.TryTakeUnsettled(out var unsettled) && random.Next(10) > 0:
                return unsettled;
            default:
                return people.NextBatch(random);
        }
    }
}
