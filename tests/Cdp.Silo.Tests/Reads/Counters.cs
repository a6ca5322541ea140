using System.Globalization;
using System.Net;

namespace Cdp.Silo.Tests.Reads;

/// <summary>People who do one thing after the other and are never anybody else: their event counts are counters.</summary>
/// <param name="prefix">Begins their anonymous ids.</param>
/// <param name="people">Makes the events.</param>
/// <param name="history">Where it is taken down.</param>
/// <param name="seed">Of the choices.</param>
internal sealed class Counters(string prefix, People people, History history, int seed)
{
    private const int Count = 6;
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(10);

    private readonly string[] _ids = [.. Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{prefix}counter{i}"))];

    /// <summary>As references.</summary>
    public IReadOnlyList<string> References { get; } =
        [.. Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"anonymous_id:{prefix}counter{i}"))];

    /// <summary>Counts until it is told to stop.</summary>
    public Task RunAsync(IReadOnlyList<IIngestClient> clients, CancellationToken stop) =>
        Task.WhenAll(clients.Select((client, i) => Task.Run(() => CountAsync(client, new Random(HashCode.Combine(seed, i)), stop), CancellationToken.None)));

    private async Task CountAsync(IIngestClient client, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // One that fails is sent again by the load's clients.
            SentEvent[] one = [people.NextPage(_ids[random.Next(Count)])];
            var status = await history.SendAsync(client, one);
            await Moments.AfterAsync(status == HttpStatusCode.OK ? s_pace : s_pace * 10);
        }
    }
}
