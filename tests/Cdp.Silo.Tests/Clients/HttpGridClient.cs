using System.Net;
using Cdp.Silo.Tests.Cluster;

namespace Cdp.Silo.Tests.Clients;

/// <summary>
/// A client of a cluster over HTTP, behind what a load balancer would do: it stays with one silo until that one does not answer or says 503, and goes on
/// with the next.
/// </summary>
/// <param name="name">Who it is.</param>
/// <param name="silos">The silos that it may use now.</param>
/// <param name="first">Which one it begins with.</param>
internal sealed class HttpGridClient(string name, Func<IReadOnlyList<SiloProcess>> silos, int first = 0) : IIngestClient, IReadClient, IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    private readonly Dictionary<Uri, GridClient> _clients = [];
    private readonly Lock _gate = new();
    private volatile int _current = first;

    /// <summary>Whether it goes on with the next one also when it was answered.</summary>
    public bool Rotates { get; init; }

    public string Name => name;

    public Task<IngestAnswer> IngestAsync(IReadOnlyList<SentEvent> events) => CallAsync(c => c.IngestAsync(events), a => a.Status);

    public Task<(HttpStatusCode Status, ProfileAnswer? Profile)> ReadAsync(string reference) => CallAsync(c => c.ProfileAsync(reference), a => a.Status);

    public void Dispose()
    {
        foreach (var client in _clients.Values) client.Dispose();
    }

    private async Task<T> CallAsync<T>(Func<GridClient, Task<T>> call, Func<T, HttpStatusCode> statusOf)
    {
        var current = _current;
        var stays = false;
        try
        {
            var all = silos();
            var answer = await call(ClientOf(all[current % all.Count].Url));
            stays = !Rotates && statusOf(answer) is (HttpStatusCode.OK or HttpStatusCode.NotFound);
            return answer;
        }
        finally
        {
            // Of several calls that fail at a time, one moves on.
            if (!stays) Interlocked.CompareExchange(ref _current, current + 1, current);
        }
    }

    private GridClient ClientOf(Uri url)
    {
        lock (_gate)
        {
            if (!_clients.TryGetValue(url, out var client)) _clients.Add(url, client = new GridClient(url, SiloCluster.Key, s_timeout));
            return client;
        }
    }
}
