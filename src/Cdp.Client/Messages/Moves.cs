using Cdp.Core.Actors;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Client.Messages;

/// <summary>Positions and what became of them, as messages.</summary>
internal static class Moves
{
    public static FixMessage Of(Fix fix) => new(
        fix.DeviceId, fix.Position.Latitude, fix.Position.Longitude, fix.AtMs, fix.AccuracyMeters, fix.SpeedMps, fix.HeadingDegrees);

    public static Fix Read(FixMessage fix) => new(
        fix.DeviceId, new Position(fix.Latitude, fix.Longitude), fix.AtMs, fix.AccuracyMeters, fix.SpeedMps, fix.HeadingDegrees);

    public static MoveReply Of(Answer<Moved> answer) => answer.Value is { } moved
        ? new(
            answer.Status,
            moved.Customer,
            [.. moved.Fixes.Select(f => (int)f.Outcome)],
            [.. moved.Fixes.SelectMany((f, at) => f.Transitions.Select(t => new TransitionMessage(
                at, t.Id, (int)t.Kind, t.FenceId, t.FenceVersion, t.DeviceId, t.AtMs, t.DwellSeconds, t.Initial, t.Synthetic)))],
            answer.Successor)
        : new(answer.Status, null, [], [], answer.Successor);

    public static Answer<Moved> Read(MoveReply reply)
    {
        if (reply.Customer is not { } customer) return new(reply.Status, null, reply.Successor);
        var byFix = reply.Transitions.ToLookup(t => t.Fix, t => new FenceTransition(t.Id, (FenceEvents)t.Kind, t.FenceId, t.FenceVersion, t.DeviceId, t.AtMs)
        {
            DwellSeconds = t.DwellSeconds,
            Initial = t.Initial,
            Synthetic = t.Synthetic,
        });
        return new(reply.Status, new(customer, [.. reply.Outcomes.Select((o, at) => new MovedFix((FixOutcome)o, [.. byFix[at]]))]), reply.Successor);
    }
}
