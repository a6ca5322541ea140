using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cdp.Client.Grains;
using Cdp.Client.Messages;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;

namespace Cdp.Client;

/// <summary>The grid over Orleans, for processes outside of the silos.</summary>
internal sealed class ProfileGridClient(IClusterClient cluster, TimeProvider clock) : IProfileGrid
{
    public async ValueTask<Profile?> GetAsync(string workspace, string profileRef, CancellationToken cancellationToken = default)
    {
        var reply = await CallAsync(Gateway(workspace).ProfilesAsync(new([profileRef])), cancellationToken);
        Check(reply.Status, reply.Detail);
        return reply.Profiles[0];
    }

    public async Task<IReadOnlyList<Profile?>> LookupAsync(
        string workspace, IReadOnlyList<string> profileRefs, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(profileRefs.Count, GatewayLimits.MaxRefs, nameof(profileRefs));
        var reply = await CallAsync(Gateway(workspace).ProfilesAsync(new([.. profileRefs])), cancellationToken);
        Check(reply.Status, reply.Detail);
        return reply.Profiles;
    }

    public async Task<IReadOnlyList<EventOutcome>> IngestAsync(
        string workspace, IReadOnlyList<ReadOnlyMemory<byte>> events, EventSource source, CancellationToken cancellationToken = default)
    {
        var request = new IngestRequest([.. events], source.Name, source.Priority, source.Trusted, source.SharedDevice);
        var reply = await CallAsync(Gateway(workspace).IngestAsync(request), cancellationToken);
        Check(reply.Status, reply.Detail);
        return reply.Outcomes;
    }

    public async ValueTask<ProfileAt?> DecideAsync(string workspace, string profileRef, Position? place, CancellationToken cancellationToken = default)
    {
        var reply = await CallAsync(Gateway(workspace).DecideAsync(new(profileRef, place?.Latitude, place?.Longitude)), cancellationToken);
        Check(reply.Status, reply.Detail);
        return reply.Answer;
    }

    public async Task<Moved?> MoveAsync(string workspace, string profileRef, IReadOnlyList<Fix> fixes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fixes.Count, GatewayLimits.MaxFixes, nameof(fixes));
        var reply = await CallAsync(Gateway(workspace).MoveAsync(new(profileRef, [.. fixes.Select(Moves.Of)])), cancellationToken);
        Check(reply.Status, reply.Detail);
        return reply.Moved is { } moved ? Moves.Read(moved).Value : null;
    }

    public async IAsyncEnumerable<Profile> WatchAsync(
        string workspace, string profileRef, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var following = profileRef;
        Profile? shown = null;
        while (await GetAsync(workspace, following, cancellationToken) is { } first)
        {
            following = first.Id.ToString();
            var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            using var watch = new ChangeWatch(cluster, workspace, first.Id, changes.Writer, clock, cancellationToken);
            // The watch signals once when it has begun, so a change between the first look and its begin is not missed.
            for (var now = first; now is not null; now = await SettledAsync(workspace, following, cancellationToken))
            {
                if (now.Id != first.Id) break;
                if (now.Version != shown?.Version || now.Id != shown.Id) yield return shown = now;
                if (!await changes.Reader.WaitToReadAsync(cancellationToken)) yield break;
                changes.Reader.TryRead(out _);
            }
        }
    }

    /// <summary>The profile as soon as the grid can tell: while a silo is being replaced it cannot, and a watch waits that out.</summary>
    private async ValueTask<Profile?> SettledAsync(string workspace, string profileRef, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await GetAsync(workspace, profileRef, cancellationToken);
            }
            catch (Exception error) when (error is GridUnavailableException or GridOverloadedException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            }
        }
    }

    private IGridGrain Gateway(string workspace) => cluster.GetGrain<IGridGrain>(workspace);

    private static async ValueTask<T> CallAsync<T>(ValueTask<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return cancellationToken.CanBeCanceled ? await call.AsTask().WaitAsync(cancellationToken) : await call;
        }
        catch (Exception error) when (HostFaults.Is(error) && !cancellationToken.IsCancellationRequested)
        {
            throw HostFaults.StatusOf(error) == CallStatus.Overloaded
                ? new GridOverloadedException()
                : new GridUnavailableException("No silo answers.");
        }
    }

    private static void Check(GatewayStatus status, string? detail)
    {
        switch (status)
        {
            case GatewayStatus.Done:
                return;
            case GatewayStatus.UnknownWorkspace:
                throw new UnknownWorkspaceException();
            case GatewayStatus.InvalidRef:
                throw new InvalidProfileRefException(detail ?? ProfileRef.Hint);
            case GatewayStatus.InvalidPosition:
                throw new InvalidPositionException(detail ?? "");
            case GatewayStatus.Overloaded:
                throw new GridOverloadedException();
            default:
                throw new GridUnavailableException(detail ?? "The grid is not available.");
        }
    }
}
