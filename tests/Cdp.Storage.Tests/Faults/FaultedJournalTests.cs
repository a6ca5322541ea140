using Cdp.Core.Journal;
using Cdp.Testing;
using Cdp.Testing.Sqlite;
using Xunit.Abstractions;

namespace Cdp.Storage.Tests.Faults;

/// <summary>
/// The real journal on a disk that fails: what was acknowledged is there, what was refused is not, and work goes on when the disk is well.
/// </summary>
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
        Assert.Contains(tally.Keys, static a => a.StartsWith(nameof(JournalUnavailableException), StringComparison.Ordinal));
        Assert.Contains(tally.Keys, static a => a.StartsWith(nameof(UnknownCommitOutcomeException), StringComparison.Ordinal));
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
            var work = new Workload(journal, attempts, seed);
            await work.RunAsync();
            disk.Plan = static _ => null;
            Assert.Equal(CommitOutcome.Committed, await work.TouchAllAsync());
            await Audit.CheckAsync(journal, attempts, attempts.Acknowledged());
            // The same faults meet the way down and up again.
            disk.Plan = new FaultPlan(seed, outages: 6, commits: 5).Next;
        }
        await using var again = await Opening.OpenAsync(folder.Path);
        disk.Plan = static _ => null;
        Assert.Equal(CommitOutcome.Committed, await new Workload(again, attempts, seed).TouchAllAsync());
        await Audit.CheckAsync(again, attempts, attempts.Acknowledged());
        foreach (var attempt in attempts.Commits)
        {
            var answer = attempt.Task.Exception?.InnerException is { } e ? $"{e.GetType().Name}: {e.Message}" : $"{attempt.Task.Result}";
            tally[answer] = tally.GetValueOrDefault(answer) + 1;
        }
    }
}
