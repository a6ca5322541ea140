using Cdp.Client.Messages;

namespace Cdp.Client.Grains;

/// <summary>
/// An identifier on whichever silo it is active; the key is <see cref="GrainKeys.Of(string, Core.Identity.Identifier)"/>. Routes the events that it
/// anchors, one run at a time, in the order of arrival.
/// </summary>
[Alias("cdp.IIdentifierGrain")]
[GrainInterfaceType("cdp.identifier")]
public interface IIdentifierGrain : IGrainWithStringKey
{
    /// <summary>Routes a run of events.</summary>
    /// <param name="request">The events, whose strongest identifier this is.</param>
    /// <returns>One outcome per event, in the same order.</returns>
    [Alias("route")]
    [ResponseTimeout("00:00:20")]
    ValueTask<RouteReply> RouteAsync(RouteRequest request);
}
