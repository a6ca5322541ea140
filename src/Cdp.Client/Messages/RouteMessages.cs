using Cdp.Core.Events;
using Cdp.Core.Grid;

namespace Cdp.Client.Messages;

/// <summary>A run of events for the identifier that anchors them all.</summary>
/// <param name="Events">At least one event; the anchor is the first identifier of each.</param>
[GenerateSerializer, Immutable, Alias("cdp.RouteRequest")]
public sealed record RouteRequest([property: Id(0)] CustomerEvent[] Events)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(RouteRequest);
}

/// <summary>What became of a run.</summary>
/// <param name="Outcomes">One per event, in the same order.</param>
[GenerateSerializer, Immutable, Alias("cdp.RouteReply")]
public sealed record RouteReply([property: Id(0)] EventOutcome[] Outcomes)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(RouteReply);
}
