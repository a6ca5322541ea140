using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Text;
using Cdp.Api.Settings;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Grains;
using Cdp.Hosting;
using Cdp.Hosting.Definitions;
using Cdp.Hosting.Storage;
using Cdp.Silo;
using Cdp.Silo.Telemetry;
using Cdp.Testing.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Operations.Tests.Metrics.Support;

/// <summary>A silo in this process that has done a bit of everything, its page of metrics, and its instruments with the tags that they were recorded with.</summary>
public sealed class RunningSilo : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _tags = new();
    private EngineStore _store = null!;
    private WebApplication _app = null!;

    /// <summary>The page <c>/metrics</c>.</summary>
    internal MetricsPage Page { get; private set; } = null!;

    /// <summary>The instruments of our own meter.</summary>
    internal IReadOnlyCollection<Instrument> Instruments => [.. _instruments.Values];

    /// <summary>The tags that an instrument was recorded with; null when it was not.</summary>
    internal IEnumerable<string>? TagsOf(string instrument) => _tags.GetValueOrDefault(instrument)?.Keys.Order(StringComparer.Ordinal);

    public async Task InitializeAsync()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != GridMetrics.MeterName) return;
            _instruments[instrument.Name] = instrument;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((i, _, tags, _) => Note(i, tags));
        _listener.SetMeasurementEventCallback<long>((i, _, tags, _) => Note(i, tags));
        _listener.SetMeasurementEventCallback<int>((i, _, tags, _) => Note(i, tags));
        _listener.Start();

        var settings = SettingsFile.Load(null);
        var live = new LiveSettings(settings);
        var silo = SiloOptions.Read(CommandLine.Parse([], SiloOptions.CommandOptions, out _), settings.Silo);
        var (journal, _) = await Journals.OpenAsync(silo, _scratch.Data, TimeProvider.System);
        _store = new EngineStore(journal, live.Rules(), live.Retention(), TimeProvider.System, NullLogger.Instance);
        var definitions = await GridDefinitions.LoadAsync(journal.Definitions, live, NullLogger.Instance);
        _app = SiloServer.Build(ListenAddresses.Parse("http://127.0.0.1:0", settings), silo, live, definitions, _store.Services, _store.Grid, null, TimeProvider.System);
        _app.Services.AddSiloGauges(_store);
        _store.TakeSnapshots((workspace, customer) => CdpGrainsSilo.TakeSnapshotAsync(_app.Services, workspace, customer));
        await _app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev");
        await WorkAsync(http);
        await OvertakeAsync(_store.Services.Journal);
        await PostAsync(http, """{"type":"page","userId":"u1","messageId":"m4"}""");
        _listener.RecordObservableInstruments();
        Page = MetricsPage.Parse(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _scratch.Dispose();
    }

    private static async Task WorkAsync(HttpClient http)
    {
        // Two profiles that become one: somebody is held. A repeat, a reject, and reads.
        await PostAsync(http, """{"type":"page","anonymousId":"c1","messageId":"m1"}""");
        await PostAsync(http, """{"type":"identify","userId":"u1","messageId":"m2"}""");
        await PostAsync(http, """{"type":"identify","userId":"u1","anonymousId":"c1","messageId":"m3"}""");
        await PostAsync(http, """{"type":"page","anonymousId":"c1","messageId":"m1"},{"type":"nonsense"}""");
        await http.GetStringAsync(new Uri("/v1/profiles/user_id:u1", UriKind.Relative));
        await http.GetStringAsync(new Uri("/v1/profiles/user_id:u1/events", UriKind.Relative));
    }

    /// <summary>Appends behind the back of the customer in memory, as another owner would, so that its next commit meets a conflict and is made again.</summary>
    private static async Task OvertakeAsync(IJournal journal)
    {
        var customer = (await journal.OwnersAsync("default", [new Identifier("user_id", "u1")]))[0].Owner!.Value;
        var last = (await journal.LoadAsync("default", customer))!.Tail[^1];
        await journal.CommitAsync(new UnitOfWork("default", [new(customer, last.Version, [new(last.Kind, last.TimeMs, last.Body)])], []));
    }

    private static async Task PostAsync(HttpClient http, string events)
    {
        using var body = new StringContent($$"""{"batch":[{{events}}]}""", Encoding.UTF8, "application/json");
        (await http.PostAsync(new Uri("/v1/batch", UriKind.Relative), body)).EnsureSuccessStatusCode();
    }

    private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var seen = _tags.GetOrAdd(instrument.Name, static _ => new());
        foreach (var tag in tags) seen[tag.Key] = true;
    }
}
