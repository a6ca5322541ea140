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
    private const string Goal = ">= 6.00";
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    /// <summary>Measures the engine in this process, without Orleans: what a grain client may come near to and cannot exceed.</summary>
    public static async Task RunAsync(Report report)
    {
        await using var server = await BenchServer.StartAsync();
        await server.SendAsync([HotRead.Identify(1)]);
        var profile = new Core.Grid.ProfileRef(null, new Identifier("user_id", "u1"));
        await RunAsync(report, "engine in the process, no grains", async () => (await server.Grid.GetAsync("default", profile))!.Json.Length);
    }

    /// <summary>Measures any client.</summary>
    /// <param name="report">Where the row goes.</param>
    /// <param name="name">What the row calls the client.</param>
    /// <param name="read">Reads the profile of <see cref="HotRead.Identify"/> of 1 by <c>user_id:u1</c> and answers the length of its JSON, in bytes.</param>
    public static async Task RunAsync(Report report, string name, Func<ValueTask<int>> read)
    {
        if (RedisServer.Missing is { } missing)
        {
            Console.WriteLine($"redis-pairs: left out. {missing}");
            return;
        }

        await using var redis = await RedisServer.StartAsync();
        var customer = await LoadAsync(redis.Port);
        await ReadAsync(read, Duration / 3);
        await RateAsync(redis.Port, 50_000, "GET", "i:user_id:u1");
        var (ours, get, all) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await ReadAsync(read, Duration));
            get.Add(await RateAsync(redis.Port, 100_000, "GET", "i:user_id:u1"));
            all.Add(await RateAsync(redis.Port, 100_000, "HGETALL", customer));
        }

        double Median(List<double> values) => values.Order().ElementAt(Rounds / 2);
        // The two follow each other: a pair takes the time of both.
        var pairs = 1 / ((1 / Median(get)) + (1 / Median(all)));
        report.Add(
            $"{name}: hot read by identifier, {Callers} callers, {await read()} bytes",
            $"{Report.N(Median(ours))} reads/s",
            $"redis-benchmark: {Report.N(pairs)} pairs/s (GET {Report.N(Median(get))}/s, HGETALL of the same profile {Report.N(Median(all))}/s)",
            Median(ours) / pairs,
            Goal);
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

    /// <summary>Reads per second of callers that each wait for their answer.</summary>
    private static async Task<double> ReadAsync(Func<ValueTask<int>> read, TimeSpan duration)
    {
        async Task<long> CallAsync(long start)
        {
            var reads = 0L;
            do
            {
                // A look at the clock costs as much as a read.
                for (var i = 0; i < 64; i++)
                {
                    if (await read() == 0) throw new InvalidOperationException("A read found nothing.");
                }

                reads += 64;
            }
            while (Stopwatch.GetElapsedTime(start) < duration);
            return reads;
        }

        var started = Stopwatch.GetTimestamp();
        var reads = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(started))));
        return reads.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Commands per second as redis-benchmark finds it.</summary>
    private static async Task<double> RateAsync(int port, int commands, params string[] command)
    {
        var start = new ProcessStartInfo("redis-benchmark") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[
            "-h", "127.0.0.1", "-p", $"{port}", "-c", $"{Callers}", "-n", $"{commands}", "--csv", .. command]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        // "test","rps",… and below it "GET i:user_id:u1","98039.22",…
        return double.Parse(output.Trim().Split('\n')[^1].Split(',')[1].Trim('"'), CultureInfo.InvariantCulture);
    }
}
