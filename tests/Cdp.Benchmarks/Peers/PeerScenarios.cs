namespace Cdp.Benchmarks.Peers;

/// <summary>Our servers against what a team would build instead: the same two calls, the same requests, one after the other on the same machine.</summary>
internal static class PeerScenarios
{
    private const int Rounds = 3;
    private const int People = 10_000;
    private const int EventsPerBatch = 50;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    /// <summary>Profiles of 20 traits, all warm, read by identifier.</summary>
    /// <param name="report">Where the rows go.</param>
    /// <param name="servers">Start our servers.</param>
    public static Task ReadAsync(Report report, params Func<Task<ServerUnderTest>>[] servers) => AgainstPeerAsync("peer-read", servers, async (ours, peer) =>
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
    /// <param name="report">Where the row goes.</param>
    /// <param name="servers">Start our servers.</param>
    public static Task IngestAsync(Report report, params Func<Task<ServerUnderTest>>[] servers) => AgainstPeerAsync("peer-ingest", servers, async (ours, peer) =>
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

    private static async Task AgainstPeerAsync(
        string scenario, Func<Task<ServerUnderTest>>[] servers, Func<ServerUnderTest, ServerUnderTest, Task> run)
    {
        if (ServerUnderTest.PeerMissing is { } missing)
        {
            Console.WriteLine($"{scenario}: left out. {missing}");
            return;
        }

        foreach (var start in servers)
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
    private static async Task<(LoadRun Ours, LoadRun Peer)> InTurnAsync(
        ServerUnderTest ours, ServerUnderTest peer, Func<ServerUnderTest, int, Task<LoadClient.Result>> measure)
    {
        var runs = new List<(LoadRun Ours, LoadRun Peer)>();
        for (var round = 0; round < Rounds; round++)
            runs.Add((await LoadRun.MeasureAsync(() => measure(ours, round)), await LoadRun.MeasureAsync(() => measure(peer, round))));
        return (LoadRun.Median(runs.Select(r => r.Ours)), LoadRun.Median(runs.Select(r => r.Peer)));
    }
}
