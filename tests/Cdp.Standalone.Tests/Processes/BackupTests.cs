using Cdp.Storage;
using Cdp.Storage.Sqlite;
using Cdp.Testing;
using Cdp.Testing.Waiting;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class BackupTests(ITestOutputHelper output)
{
    private const int Backups = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_backup_made_under_load_restores_all_that_was_acknowledged_before_it_and_nothing_half()
    {
        var seed = Seeds.Next(output);
        using var folder = new ScratchFolder();
        var (people, history) = (new People { Count = 100 }, new History());
        var ackedBefore = new List<HashSet<string>>();
        await using (var server = await TestedServer.StartAsync(folder.Data))
        {
            using var stop = new CancellationTokenSource();
            var running = new Load(people, history, seed) { GiveUpOneIn = 0 }.RunAsync(server.Url, 8, stop.Token);
            for (var backup = 0; backup < Backups; backup++)
            {
                var answered = history.AckedBatches;
                await Eventually.TrueAsync("the load runs", Patience, () => history.AckedBatches > answered + 100);
                ackedBefore.Add([.. history.Events.Where(e => e.IsAcked).Select(e => e.MessageId)]);
                Assert.True(await SqliteBackup.CreateAsync(folder.Data, folder.File($"backup{backup}.db")) > 0);
            }

            await stop.CancelAsync();
            await running;
            await Assert.ThrowsAsync<JournalLockedException>(() => SqliteBackup.RestoreAsync(folder.File("backup0.db"), folder.Data, TimeProvider.System));
            using var client = new GridClient(server.Url);
            var audit = await Audit.OfAsync(client, history);
            output.WriteLine($"the server itself: {audit}");
            Assert.True(audit.Violations.Count == 0, audit.Report());
            Assert.Equal("", server.Errors);
        }

        for (var backup = 0; backup < Backups; backup++)
        {
            var restored = folder.File($"restored{backup}");
            Assert.Empty(await SqliteBackup.RestoreAsync(folder.File($"backup{backup}.db"), restored, TimeProvider.System));
            await using var server = await TestedServer.StartAsync(restored);
            using var client = new GridClient(server.Url);
            var audit = await Audit.OfAsync(client, history, e => !ackedBefore[backup].Contains(e.MessageId));
            output.WriteLine($"backup {backup}, begun after {ackedBefore[backup].Count} events were acknowledged: {audit}");
            Assert.True(audit.Violations.Count == 0, audit.Report());
            Assert.True(audit.Found >= ackedBefore[backup].Count);
        }
    }

    [SignalFact]
    public async Task A_damaged_server_runs_again_on_its_backup()
    {
        using var folder = new ScratchFolder();
        var (people, history, random) = (new People(), new History(), new Random(1));
        var main = Path.Combine(folder.Data, "grid.db");
        await using (var server = await TestedServer.StartAsync(folder.Data))
        {
            using var client = new GridClient(server.Url);
            for (var i = 0; i < 20; i++) await history.SendAsync(client, people.NextBatch(random));
            await SqliteBackup.CreateAsync(folder.Data, folder.File("backup.db"));
            Assert.Equal(0, (await server.StopAsync(Patience)).Code);
        }

        using (var file = File.OpenWrite(main)) file.Write(new byte[100]);
        Assert.Contains("cdp restore", (await TestedServer.RefusedAsync("--data", folder.Data, "--urls", "http://127.0.0.1:0")).Errors, StringComparison.Ordinal);

        var aside = await SqliteBackup.RestoreAsync(folder.File("backup.db"), folder.Data, TimeProvider.System);
        Assert.Contains(aside, path => path.StartsWith(main + ".", StringComparison.Ordinal));
        await using var again = await TestedServer.StartAsync(folder.Data);
        using var later = new GridClient(again.Url);
        var audit = await Audit.OfAsync(later, history);
        Assert.True(audit.Violations.Count == 0 && audit.Found == audit.Sent, audit.Report());
    }
}
