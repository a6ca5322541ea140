using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Journal;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Faults;

/// <summary>
/// Compares a journal with a model that was given all acknowledged commits and those in doubt that left a record. That the model takes them all and
/// then equals the journal says that each is there whole, and that nothing else is.
/// </summary>
internal static class Audit
{
    /// <returns>How many commits in doubt turned out to have happened.</returns>
    public static async Task<int> CheckAsync(SqliteJournal journal, Attempts attempts, Acknowledged acknowledged)
    {
        Assert.Empty(await journal.CheckAsync());
        CustomerId[] streams = [.. Workload.Shared, .. attempts.Commits.Select(static a => Workload.Victim(a.Number))];
        var found = await RowsAsync(journal, streams);
        var present = found.Select(static r => (int)r.TimeMs).ToHashSet();
        Assert.DoesNotContain(attempts.Commits, a => a.Answer == Answer.Refused && present.Contains(a.Number));

        var model = new InMemoryJournal();
        await FeedAsync(model, attempts, acknowledged.Commits.Union(present).ToHashSet());
        Assert.Equal(Lines(await RowsAsync(model, streams)), Lines(found));
        Assert.Equal(await model.OwnersAsync(Workspace, Workload.Identifiers), await journal.OwnersAsync(Workspace, Workload.Identifiers));
        await CheckSnapshotsAsync(journal, acknowledged);
        return attempts.Commits.Count(a => a.Answer == Answer.InDoubt && present.Contains(a.Number));
    }

    // Expected versions leave one order only in which commits of one stream or identifier can be taken.
    private static async Task FeedAsync(InMemoryJournal model, Attempts attempts, HashSet<int> numbers)
    {
        var erased = attempts.Commits.Where(a => a.Erased is not null && numbers.Contains(a.Number)).Select(static a => a.Erased).ToHashSet();
        var left = attempts.Commits.Where(a => numbers.Contains(a.Number) || erased.Contains(a)).ToList();
        while (left.Count > 0)
        {
            var before = left.Count;
            foreach (var attempt in left.ToList())
                if (await attempt.RepeatAsync(model) == CommitOutcome.Committed) left.Remove(attempt);
            if (left.Count == before)
                Assert.Fail("These commits cannot all have happened, or one before them is missing: " +
                    string.Join(", ", left.Select(static a => $"{a.Number} ({a.Answer})")));
        }
    }

    private static async Task CheckSnapshotsAsync(SqliteJournal journal, Acknowledged acknowledged)
    {
        foreach (var saved in acknowledged.Snapshots)
        {
            var stored = (await journal.LoadAsync(Workspace, saved.Stream))!.Snapshot!;
            Assert.True(stored.Version >= saved.Version, $"The snapshot of {saved.Stream} at {saved.Version} is gone.");
            Assert.Equal($"{stored.Stream} at {stored.Version}", stored.State.Text());
        }
    }

    private static async Task<List<JournalRow>> RowsAsync(IJournal journal, CustomerId[] streams) =>
    [
        .. await journal.ReadTimelineAsync(Workspace, new(streams, JournalRules.MaxTimelineLimit)),
        .. await journal.ReadDecisionsAsync(Workspace, streams),
    ];

    private static IEnumerable<string> Lines(IEnumerable<JournalRow> rows) =>
        rows.OrderBy(static r => r.Stream).ThenBy(static r => r.Version)
            .Select(static r => $"{r.Stream} {r.Version} {r.Kind} {r.TimeMs} {r.Body.Length}");
}
