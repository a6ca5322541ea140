using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Simulation.Grid;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Checking;

/// <summary>Checks the invariants as the world goes on: after each commit, each turn of a customer, each acknowledgement and each read.</summary>
internal sealed partial class Checks(World world)
{
    private readonly Dictionary<(CustomerId Stream, long Version), byte[]> _folds = [];
    private readonly Dictionary<string, EventSpec> _acknowledged = new(StringComparer.Ordinal);

    /// <summary>What became durable.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>Units that became durable.</summary>
    public int Commits { get; private set; }

    /// <summary>Customers absorbed.</summary>
    public int Merges => Ledger.Merges;

    /// <summary>Customers split.</summary>
    public int Splits => Ledger.Splits;

    public void AfterCommit(UnitOfWork unit)
    {
        Count();
        if (Ledger.Take(unit) is { } broken) world.Fail(broken.Invariant, broken.Text);
        foreach (var change in unit.Ownership)
        {
            if (world.Store.Look(j => j.OwnersAsync(World.Workspace, [change.Identifier]))[0].Owner != Ledger.OwnerOf(change.Identifier))
                world.Fail(Invariants.OneOwner, $"The store names another owner of {change.Identifier.Ref} than the units do.");
        }
    }

    public void AfterErase(EraseUnit unit)
    {
        Count();
        Ledger.Take(unit);
    }

    /// <summary>Compares a customer in memory with a fold from scratch of what is durable.</summary>
    public void AfterTurn(CustomerActivation activation)
    {
        if (activation.Actor.State is not { } state || activation.Actor.TryView() is null) return;
        if (Ledger.Find(state.Id) is not { } stream || state.Version > stream.Version)
        {
            world.Fail(Invariants.MemoryIsFold, $"{activation.Life.Name} is at version {state.Version}, which is not durable.");
            return;
        }

        // What another activation does not know of yet is its own affair; of what was erased nothing is left to compare with.
        if (stream.IsErased || state.Version < stream.LastSplit) return;
        if (!_folds.TryGetValue((state.Id, state.Version), out var fold))
            _folds.Add((state.Id, state.Version), fold = StateCodec.Write(StateLoader.LoadAsync(Ledger, World.Workspace, state.Id, state.Version).Now()!));
        if (!StateCodec.Write(state).AsSpan().SequenceEqual(fold))
            world.Fail(Invariants.MemoryIsFold, $"{activation.Life.Name} has another state in memory at version {state.Version} than the stream folds to.");
    }

    /// <summary>A request was answered with success: each of its events is durable, or out for a documented reason.</summary>
    public void Acknowledged(IReadOnlyList<EventSpec> events, IReadOnlyList<EventOutcome> outcomes)
    {
        foreach (var (spec, outcome) in events.Zip(outcomes))
        {
            if (outcome.Status == EventStatus.Rejected)
            {
                if (!world.Plan.Knobs.Erases || outcome.Reasons[^1].Code is not (ReasonCodes.Erased or ReasonCodes.Suppressed))
                    world.Fail(Invariants.NothingLost, $"Event {spec.MessageId} was rejected: {outcome.Reasons[^1].Code}.");
                continue;
            }

            _acknowledged[spec.MessageId] = spec;
            // A repeat is told by the profile that its identifier has moved to, with the memory of what came in by it; the event stays where it was.
            // A split may have moved the event as well, before its sender has heard of it.
            var mayHaveMoved = (outcome.Status == EventStatus.Duplicate && world.Plan.Knobs.Policy != PolicyKind.Plain) || world.Plan.Knobs.Splits;
            CheckDurable(spec.MessageId, mayHaveMoved ? null : outcome.Profile);
        }
    }

    /// <summary>Positions were taken: what they told is durable.</summary>
    public void Arrived(Moved moved)
    {
        foreach (var transition in moved.Fixes.SelectMany(f => f.Transitions))
        {
            if (!Ledger.Visited.Contains(transition.Id))
                world.Fail(Invariants.NothingLost, $"{transition.Kind} of {transition.DeviceId} and {transition.FenceId} was answered and is in no feed.");
        }
    }

    private void Count()
    {
        Commits++;
        world.Options.Durable?.Invoke(Commits);
    }

    private void CheckDurable(string messageId, CustomerId? profile)
    {
        if (Ledger.StreamOf(messageId) is not { } stream)
        {
            world.Fail(Invariants.NothingLost, $"Event {messageId} was acknowledged and is in no stream.");
            return;
        }

        if (Ledger.Survivor(stream) is not { } survivor) return;
        if (profile is not { } named || survivor.IsErased || Ledger.Twice.Contains(messageId)) return;
        if (Ledger.Find(named) is not { } other || Ledger.Survivor(other) is not { } end || end.Id != survivor.Id)
            world.Fail(Invariants.NothingLost, $"Event {messageId} was acknowledged for profile {named}, and belongs to {survivor.Id}.");
    }
}
