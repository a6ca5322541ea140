using System.Diagnostics;
using Cdp.Core.Audiences;
using Cdp.Core.Geofences;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Actors;

/// <summary>What actors need from their host.</summary>
/// <param name="Journal">The store.</param>
/// <param name="Rules">The rules of a workspace; they may change while the grid runs.</param>
/// <param name="Clock">The time.</param>
/// <param name="Ids">Makes the ids of new customers and of holds, and the jitter of retries.</param>
/// <param name="Snapshots">Takes snapshots to be written behind; null to write none.</param>
public sealed record ActorServices(
    IJournal Journal, Func<string, IdentityRules> Rules, TimeProvider Clock, IdSource Ids, ISnapshotSink? Snapshots = null)
{
    /// <summary>The audiences and computed traits of a workspace; they may change while the grid runs.</summary>
    public Func<string, AudiencesInForce> Audiences { get; init; } = static _ => AudiencesInForce.None;

    /// <summary>The fences of a workspace; they may change while the grid runs.</summary>
    public Func<string, FencesInForce> Fences { get; init; } = static _ => FencesInForce.None;

    /// <summary>How customers ask to be looked at later (<see cref="IGridIndex.WakeAsync"/>); null for a grid that nobody sweeps.</summary>
    public Func<string, Wake, ValueTask>? Wake { get; init; }

    /// <summary>Told of what was committed to feeds.</summary>
    public FeedSignal Signal { get; init; } = new();

    /// <summary>Told of an exception that is a defect of ours or of the data, and was turned into a failed event. May not throw or block.</summary>
    public Action<Exception>? Fault { get; init; }

    /// <summary>Records behind a customer's last snapshot that are worth a new one, unless that snapshot itself is larger.</summary>
    /// <value>Bytes; default 64 KiB, at least 1.</value>
    public long SnapshotTailBytes { get; init; } = 64 * 1024;

    /// <summary>Whether what is done counts: false for a grid that only tries things out, which must not show in the metrics and traces of the live one.</summary>
    /// <value>Default true.</value>
    public bool IsMeasured { get; init; } = true;

    /// <summary>Unix milliseconds now.</summary>
    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Starts a span of <see cref="GridTrace.Source"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The span; null when nobody listens or nothing is measured.</returns>
    internal Activity? StartSpan(string name) => IsMeasured ? GridTrace.Source.StartActivity(name) : null;
}

/// <summary>Takes snapshots that are to be written behind. It may drop them: a snapshot only shortens a load.</summary>
public interface ISnapshotSink
{
    /// <summary>
    /// Says that a customer's snapshot is due. The host has the customer offer it in a turn of its own, so that no event waits for its encoding.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="customer">The customer.</param>
    /// <returns>False when too many are due already: it is said again with the next commit.</returns>
    bool Due(string workspace, CustomerId customer);

    /// <summary>Offers a snapshot.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="snapshot">The snapshot.</param>
    void Offer(string workspace, StoredSnapshot snapshot);
}
