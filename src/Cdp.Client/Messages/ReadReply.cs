using Cdp.Core.Actors;
using Cdp.Core.Identity;

namespace Cdp.Client.Messages;

/// <summary>A profile as a customer answers it to another silo.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="View">The profile; set exactly when it is done.</param>
/// <param name="Successor">Who may hold it now.</param>
/// <param name="NeedsTurn">True when the profile is not in memory or not settled: it has to be asked for in a turn.</param>
[GenerateSerializer, Immutable, Alias("cdp.ReadReply")]
public sealed record ReadReply(
    [property: Id(0)] CallStatus Status,
    [property: Id(1)] ViewMessage? View,
    [property: Id(2)] CustomerId? Successor,
    [property: Id(3)] bool NeedsTurn = false)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ReadReply);
}

/// <summary>A profile as of one committed version.</summary>
/// <param name="Id">The persistent id.</param>
/// <param name="Version">The version of the profile's stream.</param>
/// <param name="ETag">Strong entity tag without quotes.</param>
/// <param name="Json">UTF-8 JSON.</param>
/// <param name="Streams">The own stream and those of all absorbed profiles.</param>
/// <param name="Identifiers">The identifiers that it owns, strongest first.</param>
/// <param name="IdentifiersAt">Where the identifiers array stands in the JSON, in bytes.</param>
/// <param name="IdentifiersBytes">Its length in bytes.</param>
[GenerateSerializer, Immutable, Alias("cdp.View")]
public sealed record ViewMessage(
    [property: Id(0)] CustomerId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] string ETag,
    [property: Id(3)] byte[] Json,
    [property: Id(4)] CustomerId[] Streams,
    [property: Id(5)] Identifier[] Identifiers,
    [property: Id(6)] int IdentifiersAt,
    [property: Id(7)] int IdentifiersBytes)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ViewMessage);
}
