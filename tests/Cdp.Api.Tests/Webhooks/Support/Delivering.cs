using System.Net;
using System.Text;
using Cdp.Api.Settings;
using Cdp.Api.Tests.Support;
using Cdp.Api.Webhooks;
using Cdp.Core.Activation;
using Cdp.Core.Definitions;
using Cdp.Core.Grid;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Webhooks;
using Cdp.Hosting.Delivery;
using Cdp.Testing.Definitions;
using Cdp.Testing.Journal;
using Cdp.Testing.Time;
using Cdp.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Api.Tests.Webhooks.Support;

/// <summary>A deliverer over a store in memory, with a clock that stands still.</summary>
internal sealed class Delivering : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly SendVerdict Send = new(true, null, null);

    private readonly List<WebhookDelivery> _running = [];
    private readonly Deliveries _deliveries = new();
    private readonly LiveSettings _live;
    private int _streams;

    private Delivering(string allowed, GridStore store)
    {
        Store = store;
        _live = new(ApiServer.Settings($$$"""{"Cdp":{"Webhooks":{"AllowPrivateAddresses":[{{{allowed}}}] } } }"""));
        Feed = new(new InMemoryDefinitions());
        Definitions = new(Feed, _live, NullLogger.Instance);
        Outbox = new(store.Outbox);
    }

    public GridStore Store { get; }

    public HeldOutbox Outbox { get; }

    public FakeClock Clock { get; } = new();

    public DefinitionFeed Feed { get; }

    public WebhookDefinitions Definitions { get; }

    public MayStillSend MayStillSend { get; set; } = static (_, _, _) => ValueTask.FromResult(Send);

    public HostResolver Resolve { get; set; } = Dns.GetHostAddressesAsync;

    /// <summary>Starts deliverers.</summary>
    /// <param name="deliverers">How many.</param>
    /// <param name="allowed">Networks that may be reached, as JSON strings with commas between.</param>
    /// <param name="store">The store; null for one in memory.</param>
    public static Delivering Start(int deliverers = 1, string allowed = "\"127.0.0.0/8\"", GridStore? store = null)
    {
        var delivering = new Delivering(allowed, store ?? GridStore.Of(new InMemoryJournal(), new()));
        for (var n = 0; n < deliverers; n++) delivering.StartOne();
        return delivering;
    }

    public WebhookDelivery StartOne()
    {
        var parts = new DeliveryParts(Outbox, Definitions, Clock, NullLogger.Instance)
        {
            Random = new Random(7),
            MayStillSend = (workspace, message, stop) => MayStillSend(workspace, message, stop),
            Resolve = (host, stop) => Resolve(host, stop),
        };
        var delivery = new WebhookDelivery(parts, _deliveries);
        delivery.StartAsync(CancellationToken.None);
        _running.Add(delivery);
        return delivery;
    }

    /// <summary>Stops a deliverer as a kill does: nothing under way is written down.</summary>
    public async Task KillAsync(WebhookDelivery delivery)
    {
        _running.Remove(delivery);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await delivery.StopAsync(now.Token);
        delivery.Dispose();
    }

    public async Task DefineAsync(string id, string url, string more = "", bool withSecret = true, bool allowPrivate = true)
    {
        if (withSecret) await RotateAsync(id, 1, TimeSpan.Zero);
        await WriteAsync(WebhookEndpoint.Kind, id, Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","url":"{{url}}","allowPrivate":{{(allowPrivate ? "true" : "false")}}{{more}}}"""));
        Assert.NotNull(Definitions.Find(Workspace, id)!.Endpoint);
    }

    public async Task<WebhookSecrets> RotateAsync(string id, byte fill, TimeSpan overlap)
    {
        var secret = Enumerable.Repeat(fill, WebhookSecrets.SecretBytes).ToArray();
        var secrets = WebhookSecrets.Rotate(Definitions.Find(Workspace, id)?.Secrets, secret, Clock.NowMs, overlap);
        await WriteAsync(WebhookSecrets.Kind, id, secrets.Write());
        return secrets;
    }

    public Task DeleteAsync(string id) => WriteAsync(WebhookEndpoint.Kind, id, null);

    /// <summary>Commits messages, due now, and wakes the deliverers as the engine does.</summary>
    public async Task PutAsync(string id, params string[] messages)
    {
        await PutSilentlyAsync(id, messages);
        _deliveries.Wake(Workspace, WebhookEndpoint.QueueOf(id));
    }

    public async Task PutSilentlyAsync(string id, params string[] messages)
    {
        var stream = Customer(++_streams);
        var outbox = messages.Select(m => new OutboxMessage(WebhookEndpoint.QueueOf(id), m, stream, Clock.NowMs, Encoding.UTF8.GetBytes($$"""{"id":"{{m}}"}"""))).ToList();
        var outcome = await Store.Journal.CommitAsync(Unit(stream.At(0, Event(1))) with { Outbox = outbox });
        Assert.Equal(CommitOutcome.Committed, outcome);
    }

    public async Task<IReadOnlyList<Delivery>> LogAsync(string id) => await Store.Outbox.DeliveriesAsync(Workspace, WebhookEndpoint.QueueOf(id), null, 10_000);

    public async Task<QueueState> QueueAsync(string id) => await Store.Outbox.QueueAsync(Workspace, WebhookEndpoint.QueueOf(id));

    /// <summary>Waits until so many attempts are written down.</summary>
    public async Task<IReadOnlyList<Delivery>> AttemptsAsync(string id, int count)
    {
        await Eventually.TrueAsync($"{count} attempts of {id}", Patience, async () => (await LogAsync(id)).Count >= count);
        return await LogAsync(id);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var delivery in _running.ToList()) await KillAsync(delivery);
    }

    private async Task WriteAsync(string kind, string id, byte[]? body)
    {
        var outcome = await Feed.WriteAsync(new(Workspace, kind, id, body, Clock.NowMs, "test"));
        Assert.Equal(DefinitionStatus.Written, outcome.Status);
    }
}
