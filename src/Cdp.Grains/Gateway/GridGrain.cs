using Cdp.Client;
using Cdp.Client.Grains;
using Cdp.Client.Messages;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Grid;
using Orleans.Concurrency;

namespace Cdp.Grains.Gateway;

/// <summary>The grid's door for clients outside: what comes in here is answered by this silo's own view of the grid.</summary>
[StatelessWorker]
[Reentrant]
[GrainType("cdp.grid")]
internal sealed class GridGrain(IGrainContext context, HostedProfileGrid grid) : IGrainBase, IGridGrain
{
    private readonly string _workspace = context.GrainId.Key.ToString()!;

    public IGrainContext GrainContext { get; } = context;

    public async ValueTask<ProfilesReply> ProfilesAsync(ProfilesRequest request)
    {
        try
        {
            Profile?[] profiles = request.Refs is [var one]
                ? [await grid.GetAsync(_workspace, one)]
                : [.. await grid.LookupAsync(_workspace, request.Refs)];
            return new(GatewayStatus.Done, null, profiles);
        }
        catch (Exception error) when (StatusOf(error) is { } status)
        {
            return new(status, error.Message, []);
        }
    }

    public async ValueTask<DecideReply> DecideAsync(DecideRequest request)
    {
        try
        {
            Position? place = request is { Latitude: { } latitude, Longitude: { } longitude } ? new(latitude, longitude) : null;
            return new(GatewayStatus.Done, null, await grid.DecideAsync(_workspace, request.Ref, place));
        }
        catch (Exception error) when (StatusOf(error) is { } status)
        {
            return new(status, DetailOf(error), null);
        }
    }

    public async ValueTask<PositionsReply> MoveAsync(PositionsRequest request)
    {
        try
        {
            var moved = await grid.MoveAsync(_workspace, request.Ref, [.. request.Fixes.Select(Moves.Read)]);
            return new(GatewayStatus.Done, null, moved is null ? null : Moves.Of(new Answer<Moved>(CallStatus.Done, moved)));
        }
        catch (Exception error) when (StatusOf(error) is { } status)
        {
            return new(status, DetailOf(error), null);
        }
    }

    public async ValueTask<IngestReply> IngestAsync(IngestRequest request)
    {
        try
        {
            var source = new EventSource(request.Source, request.Priority, request.Trusted, request.SharedDevice);
            return new(GatewayStatus.Done, null, [.. await grid.IngestAsync(_workspace, request.Events, source)]);
        }
        catch (Exception error) when (StatusOf(error) is { } status)
        {
            return new(status, error.Message, []);
        }
    }

    private static string DetailOf(Exception error) => error is InvalidPositionException invalid ? invalid.Code : error.Message;

    // The messages of these are ours, and hold no personal data.
    private static GatewayStatus? StatusOf(Exception error) => error switch
    {
        UnknownWorkspaceException => GatewayStatus.UnknownWorkspace,
        InvalidProfileRefException => GatewayStatus.InvalidRef,
        InvalidPositionException => GatewayStatus.InvalidPosition,
        GridOverloadedException => GatewayStatus.Overloaded,
        GridUnavailableException => GatewayStatus.Unavailable,
        _ => null,
    };
}
