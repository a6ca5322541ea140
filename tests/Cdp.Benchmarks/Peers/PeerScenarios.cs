namespace Cdp.Benchmarks.Peers;

/// <summary>Our servers against what a team would build instead: the same two calls, the same requests, one after the other on the same machine.</summary>
internal static class PeerScenarios
{
    private const int Rounds = 3;
    private const int People = 10_000;
    private const int EventsPerBatch = 50;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    /// <summary>Our servers. The silo over PostgreSQL is to stand here too.</summary>
    private static readonly Func<Task<ServerUnderTest>>[] Ours = [ServerUnderTest.StandaloneAsync];

    /// <summary>Profiles of 20 traits, all warm, read by identifier.</summary>
    public static Task ReadAsync(Report report) => AgainstPeerAsync("peer-read", async (ours, peer) =>
    {
        foreach (var server in new[] { ours, peer }) await server.Feed.SendAsync([.. Enumerable.Range(0, HotRead.Profiles).Select(HotRead.Identify)]);
        var bytes = (Ours: (await ours.Feed.ReadAsync("user_id:u1")).Length, Peer: (await peer.Feed.ReadAsync("user_id:u1")).Length);
        byte[][] reads = [.. Enumerable.Range(0, HotRead.Profiles).Select(HotRead.Read)];
        foreach (var connections in (int[])[1, 16, 64])
        {
            var (mine, theirs) = await InTurnAsync(ours, peer, (server, _) => LoadClient.MeasureAsync(server.Port, connections, Duration, reads));
            report.Add(
                $"{ours.Name}: read by identifier over HTTP, {connections} connections, {bytes.Ours} bytes",
                mine.Text("req", 1),
                $"{peer.Name}, {bytes.Peer} bytes: {theirs.Text("req", 1)}",
                mine.Load.RequestsPerSecond / theirs.Load.RequestsPerSecond,
                ">= 2.00");
            report.Add(
                $"the same, p99 of ours over the peer's, {connections} connections",
                $"{mine.Load.P99Ms:0.00} ms", $"{theirs.Load.P99Ms:0.00} ms", mine.Load.P99Ms / theirs.Load.P99Ms, "<= 0.50");
        }
    });

    /// <summary>Batches of 50 events of 10,000 people that exist already, durable when they are answered.</summary>
    public static Task IngestAsync(Report report) => AgainstPeerAsync("peer-ingest", async (ours, peer) =>
    {
        foreach (var server in new[] { ours, peer }) await server.Feed.SendAsync([.. Enumerable.Range(0, People).Select(i => DurableIngest.Event(i, -1))]);
        var random = new Random(1);
        // More than any server can take in the time: no message is sent twice.
        byte[][][] rounds = [.. Enumerable.Range(0, Rounds).Select(round => Enumerable.Range(0, 4_000).Select(batch => LoadClient.Request(
            "POST", "/v1/batch", "Bearer dev", EventFeed.Batch(Enumerable.Range(0, EventsPerBatch).Select(e =>
                DurableIngest.Event(random.Next(People), (((round * 4_000) + batch) * EventsPerBatch) + e))))).ToArray())];
        const int connections = 16;
        var (mine, theirs) = await InTurnAsync(ours, peer, (server, round) => LoadClient.MeasureAsync(server.Port, connections, Duration, rounds[round], once: true));
        report.Add(
            $"{ours.Name}: durable ingest over HTTP, {rounds[0][0].Length / EventsPerBatch} bytes an event, {EventsPerBatch} a batch, {connections} connections",
            mine.Text("events", EventsPerBatch),
            $"{peer.Name}: {theirs.Text("events", EventsPerBatch)}",
            mine.Load.RequestsPerSecond / theirs.Load.RequestsPerSecond,
            ">= 2.00");
    });

    private static async Task AgainstPeerAsync(string scenario, Func<ServerUnderTest, ServerUnderTest, Task> run)
    {
        if (ServerUnderTest.PeerMissing is { } missing)
        {
            Console.WriteLine($"{scenario}: left out. {missing}");
            return;
        }

        foreach (var start in Ours)
        {
            await using var ours = await start();
            await using var peer = await ServerUnderTest.PeerAsync();
            try
            {
                await ContractCheck.RunAsync(ours);
                await ContractCheck.RunAsync(peer);
                await run(ours, peer);
            }
            catch
            {
                foreach (var server in new[] { ours, peer }) await Console.Error.WriteLineAsync($"{server.Name} logged: {await server.LogAsync()}");
                throw;
            }
        }
    }

    /// <summary>Measures both in turn and returns the run in the middle of each: the first also warms them up.</summary>
    private static async Task<(Run Ours, Run Peer)> InTurnAsync(
        ServerUnderTest ours, ServerUnderTest peer, Func<ServerUnderTest, int, Task<LoadClient.Result>> measure)
    {
        async Task<Run> RunAsync(ServerUnderTest server, int round)
        {
            var time = new ProcessorTime();
            var result = await measure(server, round);
            return new(result, time.Seconds());
        }

        var runs = new List<(Run Ours, Run Peer)>();
        for (var round = 0; round < Rounds; round++) runs.Add((await RunAsync(ours, round), await RunAsync(peer, round)));
        if (runs.Sum(r => r.Ours.Load.Failures + r.Peer.Load.Failures) > 0) throw new InvalidOperationException("A request failed.");
        return (Median(runs.Select(r => r.Ours)), Median(runs.Select(r => r.Peer)));
    }

    private static Run Median(IEnumerable<Run> runs) => runs.OrderBy(r => r.Load.RequestsPerSecond).ElementAt(Rounds / 2);

    /// <summary>One measurement, with the processor time that the servers took for it.</summary>
    private sealed record Run(LoadClient.Result Load, IReadOnlyDictionary<string, double> Seconds)
    {
        /// <summary>In words, per so many things in each request.</summary>
        public string Text(string unit, int perRequest)
        {
            var count = Load.Requests * perRequest;
            var parts = Seconds.Select(s => (Program: s.Key, Us: s.Value * 1e6 / count)).Where(p => p.Us >= 0.5).Select(p => $"{p.Program} {p.Us:0}");
            return $"{Report.N(Load.RequestsPerSecond * perRequest)} {unit}/s, p50 {Load.P50Ms:0.00} ms, p99 {Load.P99Ms:0.00} ms, " +
                $"{Seconds.Values.Sum() * 1e6 / count:0} µs of processor each ({string.Join(", ", parts)})";
        }
    }
}
