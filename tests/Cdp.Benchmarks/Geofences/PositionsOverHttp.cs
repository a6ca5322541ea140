using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Cdp.Testing.Processes;

namespace Cdp.Benchmarks.Geofences;

/// <summary>
/// Positions over HTTP with durable state, 1,000 fences with enter and exit, and a trigger that calls a webhook: how many a second, and at 1,000 a second how long it takes from a position
/// being sent to its signed call being received.
/// </summary>
internal static class PositionsOverHttp
{
    private const int Customers = 20_000;
    private const int Fences = 1_000;
    private const int Requests = 1_500;
    private const int PositionsPerRequest = 100;
    private const int PacedSeconds = 15;
    private const int PacedPerSecond = 1_000;

    public static async Task RunAsync(Report report)
    {
        var config = Path.GetTempFileName();
        await File.WriteAllTextAsync(config, """{"Cdp":{"Webhooks":{"AllowPrivateAddresses":["127.0.0.0/8"]}}}""");
        await using var server = await BenchServer.StartAsync(config);
        File.Delete(config);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev");
        await server.SendAsync([.. Enumerable.Range(0, Customers).Select(i => DurableIngest.Event(i, -1))]);
        await PostAsync(http, "/v1/geofences:import", $$"""{"type":"FeatureCollection","features":[{{string.Join(',', Enumerable.Range(0, Fences).Select(Fence))}}]}""");

        var random = new Random(3);
        var startMs = DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeMilliseconds();
        byte[][] requests = [.. Enumerable.Range(0, Requests).Select(r => LoadClient.Request("POST", "/v1/positions", "Bearer dev", Encoding.UTF8.GetBytes(
            $$"""{"positions":[{{string.Join(',', Enumerable.Range(0, PositionsPerRequest).Select(_ => Position(random.Next(Customers), random, startMs + (r * 4_000L))))}}]}""")))];
        var result = await LoadClient.MeasureAsync(server.Port, 16, TimeSpan.Zero, requests);
        if (result.Failures > 0) throw new InvalidOperationException("A request failed.");
        var rate = result.RequestsPerSecond * PositionsPerRequest;
        report.Add("positions over HTTP, durable, 1,000 fences of 5 km", $"{Report.N(rate)} fixes/s, p99 of 100 of them {result.P99Ms:0} ms", "limit 5,000 fixes/s", rate / 5_000, ">= 1.00");
        await PacedAsync(report, http);
    }

    private static async Task PacedAsync(Report report, HttpClient http)
    {
        var latencies = new ConcurrentQueue<double>();
        using var receiver = Receive(latencies, out var address);
        await PutAsync(http, "/v1/webhooks/push", $$"""{"id":"push","url":"{{address}}","allowPrivate":true,"concurrency":16}""");
        await PostAsync(http, "/v1/webhooks/push/secret", "");
        await PutAsync(http, "/v1/triggers/near", """{"id":"near","when":{"fenceTag":["bench"]},"then":[{"webhook":"push"}],"payload":{"at":"{{fence.at}}"}}""");
        var random = new Random(4);
        var started = Stopwatch.GetTimestamp();
        var sending = new List<Task>();
        for (var i = 0; i < PacedSeconds * PacedPerSecond; i++)
        {
            var due = i / (double)PacedPerSecond;
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < due) await Task.Delay(1);
            sending.Add(PostAsync(http, "/v1/positions", $$"""{"positions":[{{Position(random.Next(Customers), random, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())}}]}"""));
        }

        await Task.WhenAll(sending);
        await Task.Delay(TimeSpan.FromSeconds(2));
        double[] sorted = [.. latencies.Order()];
        if (sorted.Length == 0) throw new InvalidOperationException("No call was received.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sorted.Length} calls; last position sent after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        var (p50, p99) = (sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
        report.Add($"from a position sent to its webhook received, {PacedPerSecond:N0} positions/s, {sorted.Length:N0} calls", $"p50 {p50:0.0} ms, p99 {p99:0.0} ms", "(reported)", p99, "(no goal)");
    }

    private static HttpListener Receive(ConcurrentQueue<double> latencies, out string address)
    {
        address = $"http://127.0.0.1:{FixedPorts.Next()}/";
        var listener = new HttpListener();
        listener.Prefixes.Add(address);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                var now = DateTimeOffset.UtcNow;
                _ = Task.Run(async () =>
                {
                    using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
                    latencies.Enqueue((now - body.RootElement.GetProperty("payload").GetProperty("at").GetDateTimeOffset()).TotalMilliseconds);
                    context.Response.Close();
                });
            }
        });
        return listener;
    }

    private static string Fence(int i) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"type":"Feature","id":"f{{{i}}}","properties":{"radiusMeters":5000,"confirmFixes":1,"maxSpeedMps":10000,"tags":["bench"]},"geometry":{"coordinates":[{{{8 + (i % 40 * 0.15)}}},{{{58 + (i / 40 * 0.1)}}}],"type":"Point"} } """);

    private static string Position(int customer, Random random, long atMs) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"ref":"anonymous_id:anonymous-{{customer}}","lat":{{58 + (random.NextDouble() * 2.5):0.00000}},"lon":{{8 + (random.NextDouble() * 6):0.00000}},"accuracyMeters":10,"timestamp":"{{DateTimeOffset.FromUnixTimeMilliseconds(atMs):O}}"}""");

    private static async Task PostAsync(HttpClient http, string path, string body) =>
        (await http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();

    private static async Task PutAsync(HttpClient http, string path, string body) =>
        (await http.PutAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
}
