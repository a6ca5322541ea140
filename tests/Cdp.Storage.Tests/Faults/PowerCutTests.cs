using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Testing;
using Cdp.Testing.Sqlite;
using Xunit.Abstractions;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Faults;

/// <summary>The power fails between any two calls that SQLite makes to its files, also while an earlier cut is being recovered from.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Runs = 30;

    [Fact]
    public async Task After_a_power_cut_every_acknowledged_commit_is_there()
    {
        var first = Seeds.Next(output);
        var (cuts, happened) = (0, 0);
        for (var seed = first; seed != first + Runs; seed++)
        {
            // Half of the runs on a disk that is well until its power is cut.
            var plan = new FaultPlan(seed, outages: seed % 2 == 0 ? 0 : 6, Workload.Commits);
            try
            {
                var run = await RunAsync(seed, plan);
                (cuts, happened) = (cuts + run.Cuts, happened + run.Happened);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} with the plan{Environment.NewLine}{plan}", e);
            }
        }
        output.WriteLine($"{cuts} cuts; {happened} times a commit in doubt was there after one.");
        Assert.True(cuts > Runs, "Hardly a cut was made.");
    }

    [Theory]
    [InlineData("FULL", true)]
    [InlineData("NORMAL", false)]
    public void A_commit_that_was_not_synced_is_lost_in_a_cut(string synchronous, bool survives)
    {
        using var folder = new TempFolder();
        using var after = new TempFolder();
        var lost = 0;
        using (var disk = FaultVfs.Attach(folder.Path))
        using (var database = Database.Open(folder.File("x.db"), writable: true, create: true))
        {
            _ = database.Text("PRAGMA journal_mode=WAL");
            database.Execute($"PRAGMA synchronous={synchronous}; CREATE TABLE t(x)");
            for (var n = 1; n <= 20; n++)
            {
                database.Execute($"INSERT INTO t VALUES({n})");
                disk.Cut(after.File($"{n}"), seed: n);
            }
        }
        for (var n = 1; n <= 20; n++)
        {
            using var found = Database.Open(Path.Combine(after.File($"{n}"), "x.db"), writable: true);
            Assert.Equal("ok", found.Text("PRAGMA integrity_check"));
            if (found.Number("SELECT count(*) FROM sqlite_schema") == 0 || found.Number("SELECT count(*) FROM t") != n) lost++;
        }
        if (survives) Assert.Equal(0, lost);
        else Assert.InRange(lost, 5, 20);
    }

    private static async Task<(int Cuts, int Happened)> RunAsync(int seed, FaultPlan plan)
    {
        using var folder = new TempFolder();
        using var images = new TempFolder();
        var attempts = new Attempts();
        var power = new PowerCuts(images.Path, seed, attempts.Acknowledged);
        using (var disk = FaultVfs.Attach(folder.Path))
        {
            disk.Plan = call => power.MayCut(disk, plan.Next(call));
            await using (var journal = await Opening.OpenAsync(folder.Path)) await new Workload(journal, attempts, seed).RunAsync();
            disk.Plan = static _ => null;
        }
        // What an image holds is judged when all answers are known.
        var happened = 0;
        foreach (var (image, acknowledged) in power.Cuts) happened += await RecoverAsync(image, attempts, acknowledged, seed, mayCutAgain: true);
        return (power.Cuts.Count, happened);
    }

    private static async Task<int> RecoverAsync(string image, Attempts attempts, Acknowledged acknowledged, int seed, bool mayCutAgain)
    {
        using var images = new TempFolder();
        var power = new PowerCuts(images.Path, seed, () => acknowledged);
        int happened;
        using (var disk = FaultVfs.Attach(image))
        {
            if (mayCutAgain) disk.Plan = call => power.MayCut(disk, null);
            await using var journal = await Opening.OpenAsync(image);
            disk.Plan = static _ => null;
            happened = await Audit.CheckAsync(journal, attempts, acknowledged);
            Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(Unit(Customer(1_000_000).At(0, Event(1)))));
        }
        foreach (var (again, _) in power.Cuts) await RecoverAsync(again, attempts, acknowledged, seed, mayCutAgain: false);
        return happened;
    }
}
