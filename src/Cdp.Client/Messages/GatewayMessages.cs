using Cdp.Core.Grid;

namespace Cdp.Client.Messages;

/// <summary>How a call of a client ended.</summary>
public enum GatewayStatus
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>There is no such workspace.</summary>
    UnknownWorkspace,

    /// <summary>A reference names no profile.</summary>
    InvalidRef,

    /// <summary>More work waits than the grid takes on.</summary>
    Overloaded,

    /// <summary>The grid cannot do it now.</summary>
    Unavailable,

    /// <summary>A position is none; the detail is its reason code.</summary>
    InvalidPosition,
}

/// <summary>Names profiles, by id or <c>type:value</c>.</summary>
/// <param name="Refs">The references.</param>
[GenerateSerializer, Immutable, Alias("cdp.ProfilesRequest")]
public sealed record ProfilesRequest([property: Id(0)] string[] Refs)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ProfilesRequest);
}

/// <summary>Profiles in the order asked for.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Detail">Why it was not done, without personal data.</param>
/// <param name="Profiles">One per reference, null where there is none; empty unless it is done.</param>
[GenerateSerializer, Immutable, Alias("cdp.ProfilesReply")]
public sealed record ProfilesReply(
    [property: Id(0)] GatewayStatus Status, [property: Id(1)] string? Detail, [property: Id(2)] Profile?[] Profiles)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ProfilesReply);
}

/// <summary>Raw events of one source.</summary>
/// <param name="Events">Each one event of the Segment spec, as UTF-8 JSON.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Priority">Decides between trait values of the same event time.</param>
/// <param name="Trusted">Whether it may move identifiers that others must not.</param>
/// <param name="SharedDevice">Whether its device identifiers are those of a device that many people use.</param>
[GenerateSerializer, Immutable, Alias("cdp.IngestRequest")]
public sealed record IngestRequest(
    [property: Id(0)] ReadOnlyMemory<byte>[] Events,
    [property: Id(1)] string Source,
    [property: Id(2)] int Priority,
    [property: Id(3)] bool Trusted,
    [property: Id(4)] bool SharedDevice)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(IngestRequest);
}

/// <summary>What became of raw events.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Detail">Why it was not done, without personal data.</param>
/// <param name="Outcomes">One per event, in the same order; empty unless it is done.</param>
[GenerateSerializer, Immutable, Alias("cdp.IngestReply")]
public sealed record IngestReply(
    [property: Id(0)] GatewayStatus Status, [property: Id(1)] string? Detail, [property: Id(2)] EventOutcome[] Outcomes)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(IngestReply);
}

/// <summary>Names a profile and a place.</summary>
/// <param name="Ref">The reference.</param>
/// <param name="Latitude">Degrees; null without a place.</param>
/// <param name="Longitude">Degrees; null without a place.</param>
[GenerateSerializer, Immutable, Alias("cdp.DecideRequest")]
public sealed record DecideRequest([property: Id(0)] string Ref, [property: Id(1)] double? Latitude, [property: Id(2)] double? Longitude)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(DecideRequest);
}

/// <summary>A profile and the fences around a place.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Detail">Why it was not done, without personal data.</param>
/// <param name="Answer">Both; null when there is no such profile.</param>
[GenerateSerializer, Immutable, Alias("cdp.DecideReply")]
public sealed record DecideReply([property: Id(0)] GatewayStatus Status, [property: Id(1)] string? Detail, [property: Id(2)] ProfileAt? Answer)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(DecideReply);
}

/// <summary>Positions of a profile's devices.</summary>
/// <param name="Ref">The reference.</param>
/// <param name="Fixes">The positions.</param>
[GenerateSerializer, Immutable, Alias("cdp.PositionsRequest")]
public sealed record PositionsRequest([property: Id(0)] string Ref, [property: Id(1)] FixMessage[] Fixes)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(PositionsRequest);
}

/// <summary>What became of positions.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Detail">Why it was not done, without personal data.</param>
/// <param name="Moved">What became of them; null when there is no such profile.</param>
[GenerateSerializer, Immutable, Alias("cdp.PositionsReply")]
public sealed record PositionsReply([property: Id(0)] GatewayStatus Status, [property: Id(1)] string? Detail, [property: Id(2)] MoveReply? Moved)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(PositionsReply);
}
