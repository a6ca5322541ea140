using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Cdp.Operations.Tests.Telemetry.Support;
using Cdp.Testing.Postgres;
using Cdp.Testing.Processes;
using Cdp.Testing.Waiting;

namespace Cdp.Operations.Tests.Telemetry;

public sealed class TraceTests : IDisposable
{
    private const string Mail = "jo@example.com";
    private const string IngestTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string ReadTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string CallerSpan = "00f067aa0ba902b7";

    private static readonly TimeSpan SpreadTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task One_request_is_one_trace_from_http_over_the_grains_to_the_commit()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var silo = await TracedSilo.StartAsync(collector, "--data", _scratch.Data))
        {
            await IngestAsync(silo);
            await silo.StopAsync(StopTimeout);
        }

        var chain = Chain(collector.Spans, IngestTrace, "cdp.journal.commit");
        Assert.Equal(CallerSpan, chain[0].ParentId);
        Assert.Equal(("Microsoft.AspNetCore", "POST /v1/identify"), (chain[0].Source, chain[0].Name));
        Assert.Equal("200", chain[0].Tags["http.response.status_code"]);
        Assert.Equal("cdp.ingest", chain[1].Name);
        Assert.Contains(chain, s => s.Source == "Microsoft.Orleans.Application" && s.Name.Contains("Identifier", StringComparison.Ordinal));
        Assert.Contains(chain, s => s.Source == "Microsoft.Orleans.Application" && s.Name.Contains("Customer", StringComparison.Ordinal));
        Assert.Equal("committed", chain[^1].Tags["outcome"]);
        Assert.Contains("cdp-grains", collector.Services);
    }

    [Fact]
    public async Task A_read_of_a_customer_that_is_not_in_memory_shows_the_load_and_what_it_read()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var silo = await TracedSilo.StartAsync(collector, "--data", _scratch.Data))
        {
            await IngestAsync(silo);
            await silo.StopAsync(StopTimeout);
        }

        await using (var silo = await TracedSilo.StartAsync(collector, "--data", _scratch.Data))
        {
            await ReadAsync(silo);
            await silo.StopAsync(StopTimeout);
        }

        var chain = Chain(collector.Spans, ReadTrace, "cdp.customer.load");
        Assert.Equal("GET /v1/profiles/{ref}", chain[0].Name);
        Assert.Equal("found", chain[^1].Tags["outcome"]);
        Assert.Contains(collector.Spans, s => s.ParentId == chain[^1].Id && s.Name == "cdp.journal.read" && s.Tags["operation"] == "load");
    }

    [Fact]
    public async Task Nothing_that_is_exported_names_a_person()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var silo = await TracedSilo.StartAsync(collector, "--data", _scratch.Data))
        {
            await IngestAsync(silo);
            await ReadAsync(silo);
            await silo.StopAsync(StopTimeout);
        }

        // The looking itself works: what is looked for would be found, were it there.
        Assert.Contains("POST /v1/identify", collector.Everything, StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "cdp.journal.commit.duration", "http.server.request.duration", "orleans-catalog-activations" }, collector.Metrics.ToHashSet());
        foreach (var secret in (string[])[Mail, "secret-user", "cookie-secret", "secret-agent", .. Hashes(Mail), .. Hashes("secret-user")])
            Assert.DoesNotContain(secret, collector.Everything, StringComparison.OrdinalIgnoreCase);
    }

    [PostgresFact]
    public async Task The_trace_goes_on_over_the_silos_of_a_cluster()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var collector = await OtlpCollector.StartAsync();
        var sent = 0;
        await using (var first = await StartMemberAsync())
        await using (var second = await StartMemberAsync())
        {
            // Only the first is asked; new customers come to the second as soon as the first knows it and its load.
            await Eventually.TrueAsync("a customer is active on the other silo", SpreadTimeout, async () =>
            {
                sent++;
                await PostAsync(first, "/v1/track", $$"""{"userId":"u{{sent}}","event":"x"}""", Trace(sent), CallerSpan);
                return await CustomersAsync(second) > 0;
            });
            await second.StopAsync(StopTimeout);
            await first.StopAsync(StopTimeout);
        }

        // The last one is the first whose customer is on the other silo.
        var chain = Chain(collector.Spans, Trace(sent), "cdp.journal.commit");
        Assert.Equal("POST /v1/track", chain[0].Name);
        Assert.NotEqual(chain[0].Instance, chain[^1].Instance);
        Assert.Equal(CallerSpan, chain[0].ParentId);

        static string Trace(int i) => $"{i:x32}";
        Task<ServerProcess> StartMemberAsync() => TracedSilo.StartAsync(
            collector, "--mode", "cluster", "--postgres", database, "--advertise", "127.0.0.1",
            "--silo-port", FixedPorts.Next().ToString(CultureInfo.InvariantCulture), "--gateway-port", "0");
    }

    [Fact]
    public async Task A_collector_that_is_no_url_stops_the_start_with_one_line()
    {
        var exit = await TracedSilo.RefusedAsync("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317", "--data", _scratch.Data);

        Assert.Equal(1, exit.Code);
        Assert.StartsWith("OTEL_EXPORTER_OTLP_ENDPOINT expects the URL", Assert.Single(exit.ErrorLines), StringComparison.Ordinal);
    }

    private static Task IngestAsync(ServerProcess silo) => PostAsync(
        silo, "/v1/identify", $$$"""{"anonymousId":"cookie-secret","userId":"secret-user","traits":{"email":"{{{Mail}}}"}}""", IngestTrace, CallerSpan);

    private static async Task ReadAsync(ServerProcess silo)
    {
        using var http = Client(silo);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/profiles/email:" + Mail + "?include=events", UriKind.Relative));
        request.Headers.Add("traceparent", $"00-{ReadTrace}-{CallerSpan}-01");
        (await http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private static async Task PostAsync(ServerProcess silo, string path, string json, string trace, string span)
    {
        using var http = Client(silo);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("traceparent", $"00-{trace}-{span}-01");
        (await http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    /// <summary>Customers that are active on a silo, by its own word.</summary>
    private static async Task<int> CustomersAsync(ServerProcess silo)
    {
        using var http = Client(silo);
        var page = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var line = page.Split('\n').Single(l => l.StartsWith("cdp_customers_active ", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static HttpClient Client(ServerProcess silo)
    {
        var http = new HttpClient { BaseAddress = silo.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev");
        http.DefaultRequestHeaders.UserAgent.ParseAdd("secret-agent/1.0");
        return http;
    }

    /// <summary>The spans from the trace's first one here down to one of a name.</summary>
    private static List<Span> Chain(IReadOnlyList<Span> all, string trace, string name)
    {
        var spans = all.Where(s => s.TraceId == trace).ToDictionary(s => s.Id);
        var leaf = Assert.Single(spans.Values, s => s.Name == name);
        var chain = new List<Span> { leaf };
        while (spans.TryGetValue(chain[0].ParentId, out var parent)) chain.Insert(0, parent);
        return chain;
    }

    private static IEnumerable<string> Hashes(string value)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));
        return [Base64Url.EncodeToString(hash), Convert.ToHexString(hash)];
    }
}
