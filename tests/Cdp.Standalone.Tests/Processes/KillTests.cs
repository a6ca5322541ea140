using Cdp.Storage.Sqlite;
using Cdp.Testing;
using Cdp.Testing.Waiting;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Cycles = 50;
    private const int Clients = 12;
    private const int NewPeoplePerCycle = 4;
    private const int MaxMsUnderLoad = 700;
    private const int KillAtStartOneIn = 5;
    private const int MaxMsAtStart = 900;

    [Fact]
    public async Task Fifty_kills_under_load_lose_nothing_that_was_acknowledged_and_leave_nothing_half()
    {
        var seed = Seeds.Next(output);
        var random = new Random(seed);
        using var folder = new ScratchFolder();
        var people = new People();
        var history = new History();
        var load = new Load(people, history, seed);
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            if (random.Next(KillAtStartOneIn) == 0) await TestedServer.KilledAfterAsync(TimeSpan.FromMilliseconds(random.Next(50, MaxMsAtStart)), folder.Data);
            await using var server = await TestedServer.StartAsync(folder.Data);
            using (var client = new GridClient(server.Url)) await SpotCheckAsync(client, history, random);
            people.Count += NewPeoplePerCycle;
            var answered = history.AckedBatches;
            var running = load.RunAsync(server.Url, Clients, CancellationToken.None);
            await Eventually.TrueAsync($"cycle {cycle}: the first answer", TimeSpan.FromSeconds(30), () => history.AckedBatches > answered);
            await Moments.AfterAsync(TimeSpan.FromMilliseconds(random.Next(1, MaxMsUnderLoad)));
            await server.KillAsync();
            await running;
            Assert.DoesNotContain("fail:", server.Errors, StringComparison.Ordinal);
        }

        await using (var last = await TestedServer.StartAsync(folder.Data))
        {
            using var client = new GridClient(last.Url);
            var audit = await Audit.OfAsync(client, history);
            var line = $"kill -9: {Cycles} cycles, seed {seed}: {audit}; answers: {string.Join(", ", history.Statuses.Select(s => $"{(int)s.Key} x {s.Value}"))}";
            output.WriteLine(line);
            Console.WriteLine(line);
            Assert.True(audit.Violations.Count == 0, audit.Report());
            Assert.Equal(0, (await last.StopAsync(TimeSpan.FromSeconds(40))).Code);
        }

        await using var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = folder.Data }, TimeProvider.System);
        Assert.Empty(await journal.CheckAsync());
    }

    /// <summary>A few of the events that were acknowledged, and whether their profiles count what they list.</summary>
    private static async Task SpotCheckAsync(GridClient client, History history, Random random)
    {
        var acked = history.Events.Where(e => e.IsAcked).ToArray();
        if (acked.Length == 0) return;
        random.Shuffle(acked);
        foreach (var e in acked.Take(4).Where(e => e.Own.Count > 0))
        {
            var profile = (await client.LookupAsync([e.Anchor]))[0];
            Assert.True(profile is not null, $"{e.Anchor} of the acknowledged {e.MessageId} leads nowhere");
            var timeline = await client.TimelineAsync(profile.Id);
            Assert.Contains(e.MessageId, timeline.Select(t => t.MessageId));
            Assert.Equal(profile.EventCount, timeline.Count);
        }
    }
}
