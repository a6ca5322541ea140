using Cdp.Silo.Tests.Clients;

namespace Cdp.Silo.Tests.Reads;

/// <summary>Clients that read one profile after the other: the counters, and people.</summary>
/// <param name="history">Where it is taken down.</param>
/// <param name="counters">References that are read more often than others.</param>
/// <param name="people">References of people, as many as there are now.</param>
/// <param name="seed">Of the choices.</param>
internal sealed class Readers(ReadHistory history, IReadOnlyList<string> counters, Func<IReadOnlyList<string>> people, int seed)
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(5);

    public Task RunAsync(IReadOnlyList<IReadClient> clients, CancellationToken stop) =>
        Task.WhenAll(clients.Select((client, i) => Task.Run(() => ReadAsync(client, new Random(HashCode.Combine(seed, i)), stop), CancellationToken.None)));

    private async Task ReadAsync(IReadClient client, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var others = people();
            var reference = others.Count == 0 || random.Next(3) > 0 ? counters[random.Next(counters.Count)] : others[random.Next(others.Count)];
            await history.ReadAsync(client, reference);
            await Moments.AfterAsync(s_pace);
        }
    }
}
