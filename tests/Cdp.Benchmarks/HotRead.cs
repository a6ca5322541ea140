using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Benchmarks;

/// <summary>A profile of 20 traits read by identifier over HTTP, against the same Kestrel answering the same number of constant bytes.</summary>
internal static class HotRead
{
    /// <summary>How many profiles are read in turn.</summary>
    public const int Profiles = 1_000;

    private static readonly string Traits = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"trait_{i}\":\"value number {i}\""));
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(Report report)
    {
        await using var server = await BenchServer.StartAsync();
        await server.SendAsync([.. Enumerable.Range(0, Profiles).Select(Identify)]);
        var view = await server.Grid.GetAsync("default", new ProfileRef(null, new Identifier("user_id", "u1")));
        server.Constant = view!.Json;
        byte[][] reads = [.. Enumerable.Range(0, Profiles).Select(Read)];
        byte[][] constant = [LoadClient.Request("GET", "/", "Bearer dev")];
        await LoadClient.MeasureAsync(server.Port, 16, Duration / 2, reads);
        await LoadClient.MeasureAsync(server.PeerPort, 16, Duration / 2, constant);
        foreach (var connections in (int[])(Environment.GetEnvironmentVariable("ONE") is null ? [1, 16, 64] : [64]))
        {
            var (ours, peer) = (new List<LoadClient.Result>(), new List<LoadClient.Result>());
            for (var round = 0; round < 3; round++)
            {
                ours.Add(await LoadClient.MeasureAsync(server.Port, connections, Duration, reads));
                peer.Add(await LoadClient.MeasureAsync(server.PeerPort, connections, Duration, constant));
            }

            if (ours.Sum(r => r.Failures) > 0) throw new InvalidOperationException("A read failed.");
            var (mine, theirs) = (Median(ours), Median(peer));
            report.Add(
                $"hot read over HTTP, {connections} connections, {view.Json.Length} bytes",
                $"{Report.N(mine.RequestsPerSecond)} req/s, p50 {mine.P50Ms:0.00} ms, p99 {mine.P99Ms:0.00} ms",
                $"constant bytes {Report.N(theirs.RequestsPerSecond)} req/s, p99 {theirs.P99Ms:0.00} ms",
                mine.RequestsPerSecond / theirs.RequestsPerSecond,
                ">= 0.80");
        }
    }

    /// <summary>An event that makes the profile of 20 traits and three identifiers.</summary>
    public static string Identify(int i) =>
        $$"""{"type":"identify","userId":"u{{i}}","anonymousId":"a{{i}}","traits":{"email":"u{{i}}@example.com",{{Traits}}} }""";

    /// <summary>The request that reads it.</summary>
    public static byte[] Read(int i) => LoadClient.Request("GET", $"/v1/profiles/user_id:u{i}", "Bearer dev");

    private static LoadClient.Result Median(List<LoadClient.Result> results) =>
        results.OrderBy(r => r.RequestsPerSecond).ElementAt(results.Count / 2);
}
