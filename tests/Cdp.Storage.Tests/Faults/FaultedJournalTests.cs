using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using Cdp.Testing;
using Cdp.Testing.Sqlite;
using Xunit.Abstractions;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Faults;

/// <summary>The real journal on a disk that fails: what was acknowledged is there, what was refused is not, and work goes on when the disk is well.</summary>
public sealed class FaultedJournalTests(ITestOutputHelper output)
{
    private const int Runs = 60;

    [Fact]
    public async Task Every_answer_of_the_journal_is_true_whatever_the_disk_does()
    {
        var first = Seeds.Next(output);
        var tally = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = first; seed != first + Runs; seed++)
        {
            var plan = new FaultPlan(seed, outages: 6, Workload.Commits);
            try
            {
                await RunAsync(seed, plan, tally);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} with the plan{Environment.NewLine}{plan}", e);
            }
        }
        foreach (var (answer, count) in tally.OrderByDescending(static t => t.Value)) output.WriteLine($"{count} x {answer}");
        // A plan that never bites would let everything pass.
        Assert.True(tally.Count >= 4, "No faults were met.");
    }

    private static async Task RunAsync(int seed, FaultPlan plan, Dictionary<string, int> tally)
    {
        using var folder = new TempFolder();
        using var disk = FaultVfs.Attach(folder.Path);
        disk.Plan = plan.Next;
        var attempts = new Attempts();
        var journal = await Opening.OpenAsync(folder.Path);
        await using (journal)
        {
            await new Workload(journal, attempts, seed).RunAsync();
            disk.Plan = static _ => null;
            await GoesOnAsync(journal, attempts);
            await Audit.CheckAsync(journal, attempts, attempts.Acknowledged());
            // The same faults meet the way down and up again.
            disk.Plan = new FaultPlan(seed, outages: 6, commits: 5).Next;
        }
        await using var again = await Opening.OpenAsync(folder.Path);
        disk.Plan = static _ => null;
        await GoesOnAsync(again, attempts);
        const string happened = "in doubt that had happened";
        tally[happened] = tally.GetValueOrDefault(happened) + await Audit.CheckAsync(again, attempts, attempts.Acknowledged());
        foreach (var attempt in attempts.Commits)
        {
            var answer = attempt.Task.Exception?.InnerException is { } e ? $"{e.GetType().Name}: {e.Message}" : $"{attempt.Task.Result}";
            tally[answer] = tally.GetValueOrDefault(answer) + 1;
        }
    }

    private static async Task GoesOnAsync(SqliteJournal journal, Attempts attempts)
    {
        var number = attempts.NextNumber();
        Assert.Equal(CommitOutcome.Committed, await attempts.Commit(journal, number, Unit(Workload.Victim(number).At(0, Event(number)))).Task);
    }
}
