using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Simulation.Plans;

namespace Cdp.Simulation.Checking;

internal sealed partial class Checks
{
    private readonly Dictionary<(int Client, Identifier Identifier), ProfileView> _lastRead = [];

    // Where identifiers move, one that came with an event may lead somewhere else by now; with several activations reads may be stale.
    private bool ReadsAreLinearizable => world.Plan.Knobs.Policy == PolicyKind.Plain && !world.Plan.Knobs.Faults.HasFlag(FaultKinds.Duplicates);

    /// <summary>The events that a read by an identifier has to see which starts now: those that are acknowledged.</summary>
    public IReadOnlyList<string> DueIn(Identifier identifier) =>
        ReadsAreLinearizable ? [.. _acknowledged.Values.Where(e => e.Identifiers.Contains(identifier)).Select(e => e.MessageId)] : [];

    /// <summary>A read was answered.</summary>
    public void WasRead(int client, Identifier identifier, ProfileView? view, IReadOnlyList<string> due)
    {
        if (!ReadsAreLinearizable) return;
        foreach (var messageId in due)
        {
            var stream = Ledger.StreamOf(messageId)!;
            var version = stream.Rows.First(r => r.Kind == Core.Journal.RecordKind.Event && Core.Events.EventBody.Read(r.Body).MessageId == messageId).Version;
            if (view is null || !view.Streams.Contains(stream.Id) || (view.Id == stream.Id && view.Version < version))
                world.Fail(Invariants.ReadYourWrites, $"A read by {identifier.Ref} does not see event {messageId}, which was acknowledged before.");
        }

        if (view is null) return;
        if (_lastRead.TryGetValue((client, identifier), out var last)
            && (last.Id == view.Id ? last.Version > view.Version : !view.Streams.Contains(last.Id)))
            world.Fail(Invariants.MonotonicReads, $"Client {client + 1} read {identifier.Ref} at {last.Id} version {last.Version}, then at {view.Id} version {view.Version}.");
        _lastRead[(client, identifier)] = view;
    }
}
