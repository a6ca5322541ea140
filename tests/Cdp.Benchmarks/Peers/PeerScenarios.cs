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
                $"{Report.N(mine.RequestsPerSecond)} req/s, p50 {mine.P50Ms:0.00} ms, p99 {mine.P99Ms:0.00} ms",
                $"{peer.Name}, {bytes.Peer} bytes: {Report.N(theirs.RequestsPerSecond)} req/s, p50 {theirs.P50Ms:0.00} ms, p99 {theirs.P99Ms:0.00} ms",
                mine.RequestsPerSecond / theirs.RequestsPerSecond,
                ">= 2.00");
            report.Add(
                $"the same, p99 of ours over the peer's, {connections} connections",
                $"{mine.P99Ms:0.00} ms", $"{theirs.P99Ms:0.00} ms", mine.P99Ms / theirs.P99Ms, "<= 0.50");
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
            $"{Report.N(mine.RequestsPerSecond * EventsPerBatch)} events/s, p50 {mine.P50Ms:0.0} ms, p99 {mine.P99Ms:0.0} ms of a batch",
            $"{peer.Name}: {Report.N(theirs.RequestsPerSecond * EventsPerBatch)} events/s, p50 {theirs.P50Ms:0.0} ms, p99 {theirs.P99Ms:0.0} ms of a batch",
            mine.RequestsPerSecond / theirs.RequestsPerSecond,
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
    private static async Task<(LoadClient.Result Ours, LoadClient.Result Peer)> InTurnAsync(
        ServerUnderTest ours, ServerUnderTest peer, Func<ServerUnderTest, int, Task<LoadClient.Result>> measure)
    {
        var results = new List<(LoadClient.Result Ours, LoadClient.Result Peer)>();
        for (var round = 0; round < Rounds; round++) results.Add((await measure(ours, round), await measure(peer, round)));
        if (results.Sum(r => r.Ours.Failures + r.Peer.Failures) > 0) throw new InvalidOperationException("A request failed.");
        return (HotRead.Median([.. results.Select(r => r.Ours)]), HotRead.Median([.. results.Select(r => r.Peer)]));
    }
}
