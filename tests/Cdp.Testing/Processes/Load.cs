using System.Collections.Concurrent;
using System.Net;

namespace Cdp.Testing.Processes;

/// <summary>Clients that send as fast as they are answered: new events, retries of what was not acknowledged, and repeats of what was.</summary>
/// <param name="people">Who does things.</param>
/// <param name="history">Where it is taken down.</param>
/// <param name="seed">Of the choices.</param>
public sealed class Load(People people, History history, int seed)
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<SentEvent[]> _sent = new();
    private int _life;

    /// <summary>Of so many batches that were not acknowledged one is never sent again: what became of it only the server knows. 0 for none.</summary>
    public int GiveUpOneIn { get; init; } = 10;

    /// <summary>Whether clients go on when there was no answer, after a short pause; otherwise they end.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Runs until it is told to stop, or until the server no longer answers.</summary>
    /// <param name="url">The server.</param>
    /// <param name="clients">How many.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>A task that ends with the last client.</returns>
    public async Task RunAsync(Uri url, int clients, CancellationToken stop)
    {
        using var client = new GridClient(url);
        await RunAsync([.. Enumerable.Repeat(client, clients)], stop);
    }

    /// <summary>Runs until it is told to stop, or until nobody answers and it may end.</summary>
    /// <param name="clients">Each sends one batch after the other.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>A task that ends with the last client.</returns>
    public Task RunAsync(IReadOnlyList<IIngestClient> clients, CancellationToken stop)
    {
        var life = Interlocked.Increment(ref _life);
        return Task.WhenAll(clients.Select((client, i) => Task.Run(() => SendAsync(client, new Random(HashCode.Combine(seed, life, i)), stop), CancellationToken.None)));
    }

    private async Task SendAsync(IIngestClient client, Random random, CancellationToken stop)
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

            if (status == HttpStatusCode.OK)
            {
                if (random.Next(4) == 0) _sent.Enqueue(batch);
            }
            else if (GoesOn)
            {
                await Moments.AfterAsync(MaxPause * (0.1 + (0.9 * random.NextDouble())));
            }
            else if (status is null)
            {
                return;
            }
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
