using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Faults;

/// <summary>
/// Committers that compete for a few customers and identifiers, and now and then store a snapshot, erase a customer or vacuum. The seed fixes what
/// each of them draws; how they interleave is the machine's.
/// </summary>
internal sealed class Workload(SqliteJournal journal, Attempts attempts, int seed)
{
    public const int Committers = 4, Steps = 12;

    /// <summary>About how many transactions a run makes.</summary>
    public const int Commits = Committers * Steps;

    public static readonly IReadOnlyList<CustomerId> Shared = [.. Enumerable.Range(1, 6).Select(Customer)];

    public static readonly IReadOnlyList<Identifier> Identifiers = [.. Enumerable.Range(1, 5).Select(static n => Email($"{n}"))];

    /// <summary>The customer that a commit makes only to erase it.</summary>
    public static CustomerId Victim(int number) => Customer(1000 + number);

    public Task RunAsync() => Task.WhenAll(
        Enumerable.Range(0, Committers).Select(n => Task.Run(() => CommitterAsync(new Random(seed + (n * 1_000_003))))));

    /// <summary>Commits to every customer and identifier at once, at the versions that are read.</summary>
    public Task<CommitOutcome> TouchAllAsync() => CommitAsync(new Random(seed), Shared, Identifiers);

    private async Task CommitterAsync(Random random)
    {
        for (var step = 0; step < Steps; step++)
        {
            try
            {
                await StepAsync(random);
            }
            catch (Exception e) when (e is JournalUnavailableException or UnknownCommitOutcomeException)
            {
                // Noted with the attempt; a read that failed is tried again by the next step.
            }
        }
    }

    private async Task StepAsync(Random random)
    {
        switch (random.Next(20))
        {
            case 0: await journal.VacuumAsync(); break;
            case 1 or 2: await SaveAsync(Shared[random.Next(Shared.Count)]); break;
            case 3 or 4: await EraseAsync(random); break;
            default:
                await CommitAsync(random, Draw(random, Shared, random.Next(1, 4)), Draw(random, Identifiers, random.Next(3)));
                break;
        }
    }

    private async Task<CommitOutcome> CommitAsync(Random random, IReadOnlyList<CustomerId> streams, IReadOnlyList<Identifier> identifiers)
    {
        var number = attempts.NextNumber();
        var appends = new List<StreamAppend>();
        foreach (var stream in streams) appends.Add(stream.At(await HeadAsync(stream), Entries(random, number)));
        var changes = new List<OwnershipChange>();
        foreach (var owned in await journal.OwnersAsync(Workspace, identifiers))
        {
            var by = appends[random.Next(appends.Count)];
            // Never given up: an identifier that is unowned twice would leave the audit more than one order.
            changes.Add(Link(owned.Identifier, owned.Epoch, by.Stream, new(by.Stream, by.ExpectedVersion + 1), number));
        }
        return await attempts.Commit(journal, number, new(Workspace, appends, changes)).Task;
    }

    private async Task EraseAsync(Random random)
    {
        var number = attempts.NextNumber();
        var made = attempts.Commit(journal, number, Unit(Victim(number).At(0, Entries(random, number))));
        await made.Task;
        var version = made.Unit!.Appends[0].Entries.Count;
        number = attempts.NextNumber();
        await attempts.Erase(journal, number, made, new(Workspace, [(made.Unit.Appends[0].Stream, version)], [], number, false)).Task;
    }

    private async Task SaveAsync(CustomerId stream)
    {
        if (await HeadAsync(stream) is > 0 and var version) await attempts.Save(journal, Snapshot(stream, version, $"{stream} at {version}"));
    }

    private async Task<long> HeadAsync(CustomerId stream)
    {
        var load = await journal.LoadAsync(Workspace, stream);
        return load is null ? 0 : load.Tail.Count > 0 ? load.Tail[^1].Version : load.Snapshot!.Version;
    }

    private static JournalEntry[] Entries(Random random, int number) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
    {
        var kind = random.Next(4) == 0 ? RecordKind.Decided : RecordKind.Event;
        return Entry(kind, number, new string('x', random.Next(random.Next(5) == 0 ? 30_000 : 200)));
    })];

    private static T[] Draw<T>(Random random, IReadOnlyList<T> from, int count)
    {
        T[] all = [.. from];
        random.Shuffle(all);
        return all[..count];
    }
}
