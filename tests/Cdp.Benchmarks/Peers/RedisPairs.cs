using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Cdp.Benchmarks.Peers.Resp;
using Cdp.Benchmarks.Peers.Server;
using Cdp.Core.Identity;
using Cdp.Testing.Redis;

namespace Cdp.Benchmarks.Peers;

/// <summary>
/// Reads of one warm profile by identifier in the caller's process, against what <c>redis-benchmark</c> gets from Redis for the two commands that the
/// same read takes there: <c>GET</c> of the identifier, <c>HGETALL</c> of the customer; 50 callers each, no pipelining.
/// </summary>
internal static class RedisPairs
{
    private const int Callers = 50;
    private const int Rounds = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    /// <summary>A client that is measured.</summary>
    /// <param name="Name">What the row calls it.</param>
    /// <param name="Read">Reads the profile of <see cref="HotRead.Identify"/> of 1 by <c>user_id:u1</c> and answers the length of its JSON, in bytes.</param>
    /// <param name="Goal">What is asked of the ratio.</param>
    /// <param name="Timed">True to time each read: not for reads that cost no more than a look at the clock.</param>
    public sealed record Reader(string Name, Func<ValueTask<int>> Read, string Goal, bool Timed = false);

    /// <summary>Measures the engine in this process, without Orleans: what a grain client may come near to and cannot exceed.</summary>
    public static async Task RunAsync(Report report)
    {
        await using var server = await BenchServer.StartAsync();
        await server.SendAsync([HotRead.Identify(1)]);
        var profile = new Core.Grid.ProfileRef(null, new Identifier("user_id", "u1"));
        await RunAsync(report, new Reader(
            "engine in the process, no grains", async () => (await server.Grid.GetAsync("default", profile))!.Json.Length, ">= 6.00"));
    }

    /// <summary>Measures any clients and Redis, one after the other, in several rounds.</summary>
    /// <param name="report">Where the rows go.</param>
    /// <param name="readers">The clients.</param>
    public static async Task RunAsync(Report report, params Reader[] readers)
    {
        if (RedisServer.Missing is { } missing)
        {
            Console.WriteLine($"redis-pairs: left out. {missing}");
            return;
        }

        await using var redis = await RedisServer.StartAsync();
        var customer = await LoadAsync(redis.Port);
        foreach (var reader in readers) await ReadAsync(reader, Duration / 3);
        await CommandsAsync(redis.Port, 50_000, "GET", "i:user_id:u1");
        var ours = readers.Select(_ => new List<Speed>()).ToArray();
        var (gets, alls) = (new List<Speed>(), new List<Speed>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (i, reader) in readers.Index()) ours[i].Add(await ReadAsync(reader, Duration));
            gets.Add(await CommandsAsync(redis.Port, 100_000, "GET", "i:user_id:u1"));
            alls.Add(await CommandsAsync(redis.Port, 100_000, "HGETALL", customer));
        }

        static Speed Median(List<Speed> speeds) => speeds.OrderBy(s => s.PerSecond).ElementAt(Rounds / 2);
        // The two follow each other: a pair takes the time of both.
        var (get, all) = (Median(gets), Median(alls));
        var pairs = 1 / ((1 / get.PerSecond) + (1 / all.PerSecond));
        var redisText = $"redis-benchmark: {Report.N(pairs)} pairs/s (GET {Report.N(get.PerSecond)}/s, HGETALL of the same profile {Report.N(all.PerSecond)}/s)";
        foreach (var (i, reader) in readers.Index())
        {
            var mine = Median(ours[i]);
            var what = $"{reader.Name}: hot read by identifier, {Callers} callers, {await reader.Read()} bytes";
            report.Add(what, $"{Report.N(mine.PerSecond)} reads/s", redisText, mine.PerSecond / pairs, reader.Goal);
            if (!reader.Timed) continue;
            report.Add(
                $"{reader.Name}: p99 of a read",
                $"p50 {mine.P50Ms:0.00} ms, p99 {mine.P99Ms:0.00} ms",
                $"GET and HGETALL added: p50 {get.P50Ms + all.P50Ms:0.00} ms, p99 {get.P99Ms + all.P99Ms:0.00} ms",
                mine.P99Ms / (get.P99Ms + all.P99Ms),
                "<= 1.00");
        }
    }

    /// <summary>Puts the profile into Redis as the peer does and returns its customer's key.</summary>
    private static async Task<string> LoadAsync(int port)
    {
        using var client = new RespClient(new IPEndPoint(IPAddress.Loopback, port));
        var cache = new PeerCache(client);
        await cache.LoadScriptAsync();
        using var json = JsonDocument.Parse(HotRead.Identify(1));
        var now = DateTime.UtcNow;
        var batch = PeerBatch.Apply([PeerEvent.Parse(json.RootElement, now)!], [], [], now);
        await cache.WriteAsync(batch);
        using var reply = await cache.ReadAsync("user_id:u1") ?? throw new InvalidOperationException("The profile is not in Redis.");
        return $"c:{batch.Changed.Single().Id}";
    }

    /// <summary>What callers get that each wait for their answer.</summary>
    private static async Task<Speed> ReadAsync(Reader reader, TimeSpan duration)
    {
        async Task<(long Reads, List<long> Ticks)> CallAsync(long start)
        {
            var reads = 0L;
            var ticks = new List<long>();
            do
            {
                // A look at the clock costs as much as a read in the process.
                for (var i = 0; i < 64; i++)
                {
                    var began = reader.Timed ? Stopwatch.GetTimestamp() : 0;
                    if (await reader.Read() == 0) throw new InvalidOperationException("A read found nothing.");
                    if (reader.Timed) ticks.Add(Stopwatch.GetTimestamp() - began);
                }

                reads += 64;
            }
            while (Stopwatch.GetElapsedTime(start) < duration);
            return (reads, ticks);
        }

        var started = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(started))));
        var perSecond = results.Sum(r => r.Reads) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] ms = [.. results.SelectMany(r => r.Ticks).Order().Select(t => t * 1e3 / Stopwatch.Frequency)];
        return ms is [] ? new(perSecond, double.NaN, double.NaN) : new(perSecond, ms[ms.Length / 2], ms[(int)(ms.Length * 0.99)]);
    }

    /// <summary>What redis-benchmark finds of a command.</summary>
    private static async Task<Speed> CommandsAsync(int port, int commands, params string[] command)
    {
        var start = new ProcessStartInfo("redis-benchmark") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[
            "-h", "127.0.0.1", "-p", $"{port}", "-c", $"{Callers}", "-n", $"{commands}", "--csv", .. command]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms", and below it the values.
        var values = output.Trim().Split('\n')[^1].Split(',');
        double Value(int at) => double.Parse(values[at].Trim('"'), CultureInfo.InvariantCulture);
        return new(Value(1), Value(4), Value(6));
    }

    private sealed record Speed(double PerSecond, double P50Ms, double P99Ms);
}
