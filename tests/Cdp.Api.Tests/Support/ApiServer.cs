using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cdp.Api.Settings;
using Cdp.Core.Definitions;
using Cdp.Core.Grid;
using Cdp.Core.Journal.Memory;
using Cdp.Hosting;
using Cdp.Hosting.Definitions;
using Cdp.Standalone;
using Cdp.Testing.Definitions;
using Cdp.Testing.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Api.Tests.Support;

/// <summary>The real server over a grid, on a loopback port of its own.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string TwoWorkspaces = """
        {"Cdp":{"Workspaces":{
          "shop":{"WriteKeys":["w1",{"Key":"w2","Source":"till","Priority":5,"Trusted":true,"SharedDevice":true}],
                  "ApiKeys":[{"Key":"all","Scopes":["read","ingest","admin","erase"]},{"Key":"reader","Scopes":["read"]},{"Key":"loader","Scopes":["ingest"]}]},
          "other":{"WriteKeys":["ow"],"ApiKeys":[{"Key":"oall","Scopes":["read","ingest","admin","erase"]}]}}}}
        """;

    private readonly WebApplication _app;

    private readonly LocalGrid? _real;
    private readonly string? _data;

    private ApiServer(WebApplication app, LiveSettings live, FakeGrid grid, FakeClock time, LocalGrid? real = null, string? data = null)
    {
        _app = app;
        _real = real;
        _data = data;
        Live = live;
        Grid = grid;
        Time = time;
        Address = new Uri(app.Urls.First());
        Client = new HttpClient { BaseAddress = Address };
    }

    public LiveSettings Live { get; }

    public FakeGrid Grid { get; }

    public FakeClock Time { get; }

    public required IDefinitions Definitions { get; init; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public WebApplication App => _app;

    public static async Task<ApiServer> StartAsync(string? json = TwoWorkspaces, string? configFile = null, bool exposed = false)
    {
        var settings = Settings(json ?? "{}");
        var live = new LiveSettings(settings);
        var time = new FakeClock(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        var grid = new FakeGrid(live, time);
        var addresses = new ListenAddresses(["http://127.0.0.1:0"], !exposed);
        var store = new InMemoryDefinitions();
        var definitions = await GridDefinitions.LoadAsync(store, live, NullLogger.Instance);
        var app = StandaloneServer.Build(addresses, live, grid, GridStore.Of(new InMemoryJournal(), new()), definitions, configFile, time);
        await app.StartAsync();
        return new ApiServer(app, live, grid, time) { Definitions = store };
    }

    /// <summary>The same server over the real engine and a journal in a folder of its own.</summary>
    public static async Task<ApiServer> StartRealAsync(string json = TwoWorkspaces)
    {
        var live = new LiveSettings(Settings(json));
        var data = Directory.CreateTempSubdirectory("cdp-api-").FullName;
        var real = await GridHost.OpenAsync(data, live, TimeProvider.System);
        var definitions = await GridDefinitions.LoadAsync(real.Journal, live, NullLogger.Instance);
        real.KeepUp(live.AllAudiences);
        var app = StandaloneServer.Build(new ListenAddresses(["http://127.0.0.1:0"], true), live, real.Grid, real.Store.Grid, definitions, null, TimeProvider.System);
        await app.StartAsync();
        var time = new FakeClock();
        return new ApiServer(app, live, new FakeGrid(live, time), time, real, data) { Definitions = real.Journal };
    }

    public static CdpSettings Settings(string json) =>
        SettingsReader.Read(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());

    public Task<Answer> GetAsync(string path, string? key = "all", string? ifNoneMatch = null) =>
        SendAsync(HttpMethod.Get, path, null, key, ifNoneMatch is null ? null : r => r.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch));

    public Task<Answer> PostAsync(string path, string body, string? basicKey = "w1") =>
        SendAsync(HttpMethod.Post, path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), null, basicKey is null ? null : r => r.Headers.Authorization = Basic(basicKey));

    public Task<Answer> SendJsonAsync(HttpMethod method, string path, string? body, string key = "all") =>
        SendAsync(method, path, body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)), key);

    public Task<Answer> PostBytesAsync(string path, byte[] body, string? encoding = null) =>
        SendAsync(HttpMethod.Post, path, new ByteArrayContent(body), null, r =>
        {
            r.Headers.Authorization = Basic("w1");
            if (encoding is not null) r.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        });

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, string? bearer, Action<HttpRequestMessage>? shape = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        shape?.Invoke(request);
        using var response = await Client.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);
    }

    public static AuthenticationHeaderValue Basic(string key) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_real is not null) await _real.DisposeAsync();
        if (_data is not null) Directory.Delete(_data, recursive: true);
    }
}

internal sealed record Answer(int Status, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(",", values) : null;
}
