using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Journal.Memory;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Store;

/// <summary>
/// The store: an operation is asked for, happens at a moment of the scheduler's choice, and is answered at another. It can fail before it happens,
/// after, or be answered as unknown and happen later.
/// </summary>
internal sealed partial class SimStore(World world, IJournal? real)
{
    public World World => world;

    /// <summary>What keeps the records: in memory, or a real store that this one passes everything to, one operation at a time.</summary>
    public IJournal Journal { get; } = real ?? new InMemoryJournal();

    /// <summary>Waits for an operation of the journal behind: its moment is the step in which it happens.</summary>
    public T Wait<T>(Func<ValueTask<T>> call) =>
        real is null ? call().Now() : Task.Run(async () => await call()).GetAwaiter().GetResult();

    /// <summary>Writes: a commit or an erasure.</summary>
    /// <param name="asker">Who waits for the answer.</param>
    /// <param name="label">For the story.</param>
    /// <param name="happen">Does it at once and says how it ended.</param>
    public ValueTask<CommitOutcome> WriteAsync(Life asker, string label, Func<CommitOutcome> happen)
    {
        var done = new TaskCompletionSource<CommitOutcome>();
        void Answer(Action answer, string what) => world.Scheduler.Add(new(asker, world.Says ? $"store → {asker.Name}: {what}" : "", answer));
        void Fail(Exception error) => Answer(() => done.TrySetException(error), error.GetType().Name);
        void Run()
        {
            try
            {
                var outcome = happen();
                Answer(() => done.TrySetResult(outcome), world.Says ? outcome.ToString() : "");
            }
            catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
            {
                Fail(error);
            }
        }

        world.Scheduler.Add(new(Life.Endless, label, Run, HitBy.Store, variant =>
        {
            switch (variant % 5)
            {
                case 0:
                    Fail(new JournalUnavailableException("Simulated."));
                    return "it is refused";
                case 1:
                    Fail(new JournalOverloadedException());
                    return "the queue is full";
                case 2:
                    Fail(new UnknownCommitOutcomeException("Simulated."));
                    return "it is lost, the outcome unknown";
                case 3:
                    var outcome = happen();
                    Fail(new UnknownCommitOutcomeException("Simulated."));
                    return world.Says ? $"it happens ({outcome}), the outcome unknown" : "";
                default:
                    Fail(new UnknownCommitOutcomeException("Simulated."));
                    world.Scheduler.Add(new(Life.Endless, label + " (late)", () => happen()));
                    return "it will happen later, the outcome unknown";
            }
        }, asker));
        return new(done.Task);
    }

    /// <summary>Reads: the answer is as old as its way is long.</summary>
    public ValueTask<T> ReadAsync<T>(Life asker, string label, Func<ValueTask<T>> read)
    {
        var done = new TaskCompletionSource<T>();
        world.Scheduler.Add(new(asker, label, Run, HitBy.Store, _ =>
        {
            world.Scheduler.Add(new(asker, label, () => done.TrySetException(new JournalUnavailableException("Simulated."))));
            return "it cannot be read";
        }));
        return new(done.Task);

        void Run()
        {
            try
            {
                var result = Wait(read);
                world.Scheduler.Add(new(asker, world.Says ? $"store → {asker.Name}: {world.Describe(result)}" : "", () => done.TrySetResult(result)));
            }
            catch (JournalUnavailableException error)
            {
                world.Scheduler.Add(new(asker, label, () => done.TrySetException(error)));
            }
        }
    }

    /// <summary>Saves a snapshot, unless it gets lost; nobody waits for it.</summary>
    public void Save(Life asker, StoredSnapshot snapshot) =>
        world.Scheduler.Add(new(
            Life.Endless,
            world.Says ? $"store: snapshot of {world.NameOf(snapshot.Stream)} v{snapshot.Version}" : "",
            () => Keep(snapshot),
            HitBy.Store,
            _ => "it is lost",
            asker));

    public CommitOutcome Commit(UnitOfWork asked)
    {
        if (Deception.Of(world.Plan.Knobs.Lie, asked, Journal, world.Checks.Commits) is not { } unit) return CommitOutcome.Committed;
        var first = unit.Appends[0];
        return Write(
            () => Journal.CommitAsync(unit),
            first.Stream,
            first.ExpectedVersion + first.Entries.Count,
            // What was asked for is what the actors go by; of half a unit only that half is there.
            () => world.Checks.AfterCommit(world.Plan.Knobs.Lie == Lie.KeepsHalfOfAUnit ? unit : asked));
    }

    /// <summary>Whom to look at when, and who is in which audience.</summary>
    public IGridIndex Index => (IGridIndex)Journal;

    public async ValueTask WakeAsync(Life asker, Wake wake) => await WriteAsync(
        asker,
        world.Says ? $"store ← {asker.Name}: wake {world.NameOf(wake.Stream)} at {wake.AtMs}" : "",
        () => Wait(async () =>
        {
            await Index.WakeAsync(World.Workspace, wake);
            return CommitOutcome.Committed;
        }));

    public CommitOutcome Erase(EraseUnit unit) =>
        Write(() => Journal.EraseAsync(unit), unit.Streams[0].Stream, unit.Streams[0].ExpectedVersion + 1, () => world.Checks.AfterErase(unit));

    /// <summary>A read of the checks, which ask until a disk that fails has recovered.</summary>
    public T Look<T>(Func<IJournal, ValueTask<T>> read)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return Wait(() => read(Journal));
            }
            catch (JournalUnavailableException) when (tries < MaxTries)
            {
                // Its disk still fails.
            }
        }
    }

    private CommitOutcome Write(Func<ValueTask<CommitOutcome>> write, CustomerId stream, long version, Action durable)
    {
        try
        {
            var outcome = Wait(write);
            if (outcome == CommitOutcome.Committed) durable();
            return outcome;
        }
        catch (UnknownCommitOutcomeException)
        {
            if (IsDurable(stream, version)) durable();
            throw;
        }
    }

    private void Keep(StoredSnapshot snapshot)
    {
        try
        {
            Wait(async () =>
            {
                await Journal.SaveSnapshotsAsync(World.Workspace, [snapshot]);
                return true;
            });
        }
        catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
        {
            // A snapshot only shortens a load.
        }
    }
}
