using System.Runtime.CompilerServices;
using Cdp.Client;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Profiles;

namespace Cdp.Grains.Gateway;

/// <summary>The grid for code in the silo itself, and behind the gateway for clients outside.</summary>
/// <param name="grid">The engine.</param>
/// <param name="services">Clock and ids.</param>
/// <param name="options">Which workspaces there are.</param>
internal sealed class HostedProfileGrid(IGrid grid, ActorServices services, CdpGrainsOptions options) : IProfileGrid
{
    public ValueTask<Profile?> GetAsync(string workspace, string profileRef, CancellationToken cancellationToken = default)
    {
        var read = grid.GetAsync(workspace, Ref(workspace, profileRef), cancellationToken);
        return read.IsCompletedSuccessfully ? new(Of(read.Result)) : WaitAsync(read);

        static async ValueTask<Profile?> WaitAsync(ValueTask<ProfileView?> read) => Of(await read);
    }

    public async Task<IReadOnlyList<Profile?>> LookupAsync(
        string workspace, IReadOnlyList<string> profileRefs, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(profileRefs.Count, GatewayLimits.MaxRefs, nameof(profileRefs));
        var views = await grid.LookupAsync(workspace, [.. profileRefs.Select(r => Ref(workspace, r))], cancellationToken);
        return Array.ConvertAll(views, Of);
    }

    public async Task<IReadOnlyList<EventOutcome>> IngestAsync(
        string workspace, IReadOnlyList<ReadOnlyMemory<byte>> events, EventSource source, CancellationToken cancellationToken = default)
    {
        Check(workspace);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events.Count, GatewayLimits.MaxEvents, nameof(events));
        var context = new ParseContext(grid.Rules(workspace), source, services.NowMs) { NewMessageId = () => services.Ids.NewUuid7().ToString() };
        var outcomes = new EventOutcome[events.Count];
        var (accepted, places) = (new List<CustomerEvent>(events.Count), new List<int>(events.Count));
        for (var i = 0; i < events.Count; i++)
        {
            var parsed = EventParser.ParseUnchecked(events[i].Span, context);
            if (parsed.Event is { } e)
            {
                accepted.Add(e);
                places.Add(i);
            }
            else
            {
                outcomes[i] = new(parsed.MessageId ?? "", EventStatus.Rejected, null, [parsed.Rejection!]);
            }
        }

        var applied = await grid.IngestAsync(workspace, accepted, cancellationToken);
        for (var i = 0; i < applied.Length; i++) outcomes[places[i]] = applied[i];
        return outcomes;
    }

    public async ValueTask<ProfileAt?> DecideAsync(string workspace, string profileRef, Position? place, CancellationToken cancellationToken = default)
    {
        if (place is { } asked && FixReader.Check(asked) is { } code) throw new InvalidPositionException(code);
        if (await GetAsync(workspace, profileRef, cancellationToken) is not { } profile) return null;
        List<Fence> fences = [];
        if (place is { } at) services.Fences(workspace).Index.FindContaining(at, fences);
        return new(profile, [.. fences.OrderBy(f => f.Id, StringComparer.Ordinal).Select(f => new FenceAround(f.Id, f.Version, [.. f.Tags]))]);
    }

    public async Task<Moved?> MoveAsync(string workspace, string profileRef, IReadOnlyList<Fix> fixes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fixes.Count, GatewayLimits.MaxFixes, nameof(fixes));
        var profile = Ref(workspace, profileRef);
        var nowMs = services.NowMs;
        var taken = new Fix[fixes.Count];
        for (var i = 0; i < taken.Length; i++)
        {
            if (FixReader.Check(fixes[i], nowMs, out var fix) is { } code) throw new InvalidPositionException(code);
            taken[i] = fix!;
        }

        return await grid.MoveAsync(workspace, profile, taken, cancellationToken);
    }

    public async IAsyncEnumerable<Profile> WatchAsync(
        string workspace, string profileRef, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var view in grid.WatchAsync(workspace, Ref(workspace, profileRef), cancellationToken)) yield return Of(view)!;
    }

    private static Profile? Of(ProfileView? view) => view is null ? null : new(view.Id, view.Version, view.ETag, view.Json);

    private ProfileRef Ref(string workspace, string text)
    {
        Check(workspace);
        return ProfileRef.TryParse(grid.Rules(workspace), text, out var profile, out var why) ? profile : throw new InvalidProfileRefException(why);
    }

    private void Check(string workspace)
    {
        if (!options.HasWorkspace(workspace)) throw new UnknownWorkspaceException();
    }
}
