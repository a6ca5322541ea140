using System.Threading.Channels;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Actors;

/// <summary>Who owns an identifier, as far as memory or the store knew.</summary>
/// <param name="Customer">The owner.</param>
/// <param name="AtLeastVersion">The version of the owner's stream that the store knew it from; 0 when it comes from memory.</param>
public readonly record struct OwnerHint(CustomerId Customer, long AtLeastVersion)
{
    /// <summary>What the store says of an owner.</summary>
    /// <param name="ownership">The store's answer.</param>
    /// <returns>The owner, null when there is none.</returns>
    public static OwnerHint? Of(Ownership ownership) => ownership.Owner is { } owner ? new(owner, ownership.OwnerVersion) : null;
}

/// <summary>Where actors are found: the host's side of the grid. Handles are cheap and need not be kept.</summary>
public interface IActors
{
    /// <summary>A customer's actor.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">The customer.</param>
    /// <returns>The actor.</returns>
    ICustomer Customer(string workspace, CustomerId id);

    /// <summary>Routes a run of events in the turn of their anchor's actor: events of one identifier keep their order.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="anchor">The strongest identifier of every event of the run.</param>
    /// <param name="run">The events.</param>
    /// <returns>One outcome per event, in the same order. Never throws for a fault of the store: such events have failed.</returns>
    Task<IReadOnlyList<EventOutcome>> RouteAsync(string workspace, Identifier anchor, IReadOnlyList<CustomerEvent> run);

    /// <summary>The owner of an identifier, from memory if it is known there.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="stale">An owner that turned out to be wrong: ask the store again if that is what memory says. Null to trust memory.</param>
    /// <returns>The owner, null when nobody owns it. Completes synchronously when it is in memory.</returns>
    ValueTask<OwnerHint?> OwnerAsync(string workspace, Identifier identifier, CustomerId? stale = null);

    /// <summary>Signals every committed change of a customer, and keeps it in memory meanwhile.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">The customer.</param>
    /// <param name="changes">Gets a value per change, and is completed when the host stops. Never waited for.</param>
    /// <returns>Ends the watch when disposed.</returns>
    IDisposable Watch(string workspace, CustomerId id, ChannelWriter<bool> changes);
}
