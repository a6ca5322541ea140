using Cdp.Core.Actors;
using Cdp.Core.Identity;

namespace Cdp.Client.Messages;

/// <summary>One position.</summary>
/// <param name="DeviceId">The device.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="Longitude">Degrees.</param>
/// <param name="AtMs">Unix milliseconds.</param>
/// <param name="AccuracyMeters">Null when unknown.</param>
/// <param name="SpeedMps">Metres per second; null when unknown.</param>
/// <param name="HeadingDegrees">Null when unknown.</param>
[GenerateSerializer, Immutable, Alias("cdp.FixMessage")]
public sealed record FixMessage(
    [property: Id(0)] string DeviceId,
    [property: Id(1)] double Latitude,
    [property: Id(2)] double Longitude,
    [property: Id(3)] long AtMs,
    [property: Id(4)] double? AccuracyMeters,
    [property: Id(5)] double? SpeedMps,
    [property: Id(6)] double? HeadingDegrees)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(FixMessage);
}

/// <summary>Positions of a customer's devices.</summary>
/// <param name="Via">How the caller found the customer.</param>
/// <param name="Fixes">The positions, in any order.</param>
[GenerateSerializer, Immutable, Alias("cdp.MoveRequest")]
public sealed record MoveRequest([property: Id(0)] Via Via, [property: Id(1)] FixMessage[] Fixes)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(MoveRequest);
}

/// <summary>Something that happened between a device and a fence, see <c>FenceTransition</c> of Core.</summary>
/// <param name="Fix">The place of the position that told it, in the request.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">The number of its kind.</param>
/// <param name="FenceId">The fence.</param>
/// <param name="FenceVersion">Its version.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="AtMs">Unix milliseconds.</param>
/// <param name="DwellSeconds">How long the visit lasted until then; null where that is not known.</param>
/// <param name="Initial">Of an enter: nobody knows that the device came in.</param>
/// <param name="Synthetic">Of an exit: nobody saw it leave.</param>
[GenerateSerializer, Immutable, Alias("cdp.TransitionMessage")]
public sealed record TransitionMessage(
    [property: Id(0)] int Fix,
    [property: Id(1)] string Id,
    [property: Id(2)] int Kind,
    [property: Id(3)] string FenceId,
    [property: Id(4)] long FenceVersion,
    [property: Id(5)] string DeviceId,
    [property: Id(6)] long AtMs,
    [property: Id(7)] double? DwellSeconds,
    [property: Id(8)] bool Initial,
    [property: Id(9)] bool Synthetic)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(TransitionMessage);
}

/// <summary>What became of positions.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Customer">Whose they are; set exactly when it is done.</param>
/// <param name="Outcomes">The number of each outcome, in the order of the request.</param>
/// <param name="Transitions">What they told.</param>
/// <param name="Successor">Who may hold it now.</param>
[GenerateSerializer, Immutable, Alias("cdp.MoveReply")]
public sealed record MoveReply(
    [property: Id(0)] CallStatus Status,
    [property: Id(1)] CustomerId? Customer,
    [property: Id(2)] int[] Outcomes,
    [property: Id(3)] TransitionMessage[] Transitions,
    [property: Id(4)] CustomerId? Successor)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(MoveReply);
}
