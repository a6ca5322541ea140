using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;
using Cdp.Testing.Journal;

namespace Cdp.Simulation.Store;

/// <summary>
/// The store: an operation is asked for, happens at a moment of the scheduler's choice, and is answered at another. It can fail before it happens,
/// after, or be answered as unknown and happen later.
/// </summary>
internal sealed class SimStore(World world)
{
    public World World => world;

    public InMemoryJournal Journal { get; } = new();

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
            var outcome = happen();
            Answer(() => done.TrySetResult(outcome), world.Says ? outcome.ToString() : "");
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
            var result = read().Now();
            world.Scheduler.Add(new(asker, world.Says ? $"store → {asker.Name}: {world.Describe(result)}" : "", () => done.TrySetResult(result)));
        }
    }

    /// <summary>Saves a snapshot, unless it gets lost; nobody waits for it.</summary>
    public void Save(Life asker, StoredSnapshot snapshot) =>
        world.Scheduler.Add(new(
            Life.Endless,
            world.Says ? $"store: snapshot of {world.NameOf(snapshot.Stream)} v{snapshot.Version}" : "",
            () => Journal.SaveSnapshotsAsync(World.Workspace, [snapshot]).Now(),
            HitBy.Store,
            _ => "it is lost",
            asker));

    public CommitOutcome Commit(UnitOfWork asked)
    {
        if (Deception.Of(world.Plan.Knobs.Lie, asked, Journal, world.Checks.Commits) is not { } unit) return CommitOutcome.Committed;
        var outcome = Journal.CommitAsync(unit).Now();
        // What was asked for is what the actors go by; of half a unit only that half is there.
        if (outcome == CommitOutcome.Committed) world.Checks.AfterCommit(world.Plan.Knobs.Lie == Lie.KeepsHalfOfAUnit ? unit : asked);
        return outcome;
    }

    public CommitOutcome Erase(EraseUnit unit)
    {
        var outcome = Journal.EraseAsync(unit).Now();
        if (outcome == CommitOutcome.Committed) world.Checks.AfterErase(unit);
        return outcome;
    }

    public CustomerId? OwnerOf(Identifier identifier) => Journal.OwnersAsync(World.Workspace, [identifier]).Now()[0].Owner;
}
