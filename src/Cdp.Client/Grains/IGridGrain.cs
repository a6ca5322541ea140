using Cdp.Client.Messages;

namespace Cdp.Client.Grains;

/// <summary>
/// The grid as clients outside of the silos see it: a stateless worker on whichever silo a client is connected to; the key is the workspace. Whoever
/// can connect is trusted: there are no keys and scopes here as there are over HTTP.
/// </summary>
[Alias("cdp.IGridGrain")]
[GrainInterfaceType("cdp.grid")]
public interface IGridGrain : IGrainWithStringKey
{
    /// <summary>Reads profiles.</summary>
    /// <param name="request">Which ones.</param>
    /// <returns>The profiles in the order asked for.</returns>
    [Alias("profiles")]
    ValueTask<ProfilesReply> ProfilesAsync(ProfilesRequest request);

    /// <summary>Reads a profile and the fences around a place.</summary>
    /// <param name="request">Which, and where.</param>
    /// <returns>Both.</returns>
    [Alias("decide")]
    ValueTask<DecideReply> DecideAsync(DecideRequest request);

    /// <summary>Takes positions.</summary>
    /// <param name="request">The positions.</param>
    /// <returns>What became of them.</returns>
    [Alias("move")]
    ValueTask<PositionsReply> MoveAsync(PositionsRequest request);

    /// <summary>Applies raw events.</summary>
    /// <param name="request">The events.</param>
    /// <returns>One outcome per event.</returns>
    [Alias("ingest")]
    [ResponseTimeout("00:00:25")]
    ValueTask<IngestReply> IngestAsync(IngestRequest request);
}
