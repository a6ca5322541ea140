using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Actors;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Core.Profiles.Splits;

namespace Cdp.Core.Grid;

public sealed partial class GridEngine
{
    /// <inheritdoc/>
    public async Task<TimelinePage?> TimelineAsync(
        string workspace, ProfileRef profile, int limit, TimelinePosition? before, long? sinceMs, CancellationToken cancellationToken = default)
    {
        var view = await GetAsync(workspace, profile, cancellationToken);
        if (view is null) return null;
        // One more than asked for tells whether there is a next page.
        var query = new TimelineQuery(view.Streams, limit + 1, before, sinceMs);
        var rows = await Reading(() => services.Journal.ReadTimelineAsync(workspace, query, cancellationToken));
        var page = rows.Take(limit).ToArray();
        TimelinePosition? next = rows.Count > limit ? new(page[^1].TimeMs, page[^1].Stream, page[^1].Version) : null;
        return new([.. page.Select(r => EventBody.Read(r.Body))], next);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IdentityDecision>?> HistoryAsync(
        string workspace, ProfileRef profile, CancellationToken cancellationToken = default)
    {
        var view = await GetAsync(workspace, profile, cancellationToken);
        if (view is null) return null;
        var rows = await Reading(() => services.Journal.ReadDecisionsAsync(workspace, view.Streams, cancellationToken));
        return [.. rows.SelectMany(Decisions).OrderBy(d => d.AtMs)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MembershipChange>?> AudienceHistoryAsync(
        string workspace, ProfileRef profile, CancellationToken cancellationToken = default)
    {
        var view = await GetAsync(workspace, profile, cancellationToken);
        if (view is null) return null;
        var rows = await Reading(() => services.Journal.ReadDecisionsAsync(workspace, view.Streams, cancellationToken));
        return [.. rows.Where(r => r.Kind == RecordKind.Judged).SelectMany(r => JudgedCodec.Read(r.Body).Changes).OrderBy(c => c.AtMs)];
    }

    /// <inheritdoc/>
    public Task<Moved?> MoveAsync(string workspace, ProfileRef profile, IReadOnlyList<Fix> fixes, CancellationToken cancellationToken = default) =>
        CallAsync(workspace, profile, (c, via) => c.MoveAsync(via, fixes), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TriggerDecision>?> TriggerDecisionsAsync(
        string workspace, ProfileRef profile, int limit, CancellationToken cancellationToken = default)
    {
        var view = await GetAsync(workspace, profile, cancellationToken);
        if (view is null) return null;
        var rows = await Reading(() => services.Journal.ReadDecisionsAsync(workspace, view.Streams, cancellationToken));
        return [.. rows.Where(r => r.Kind == RecordKind.Acted).SelectMany(r => DecidedActionsCodec.Read(r.Body).Decisions).OrderByDescending(d => d.AtMs).Take(limit)];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProfileView> WatchAsync(
        string workspace, ProfileRef profile, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ProfileView? shown = null;
        // Always by what was asked for, and never by who answered to it: a split or a move may give it to somebody else.
        while (await GetAsync(workspace, profile, cancellationToken) is { } view)
        {
            var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            using var watch = actors.Watch(workspace, view.Id, changes.Writer);
            // A change between the first look and the start of the watch is seen by this second look.
            while (await GetAsync(workspace, profile, cancellationToken) is { } now)
            {
                if (now.Id != view.Id) break;
                if (now.Version != shown?.Version || now.Id != shown.Id) yield return shown = now;
                if (!await changes.Reader.WaitToReadAsync(cancellationToken)) yield break;
                changes.Reader.TryRead(out _);
            }
        }
    }

    private static IEnumerable<IdentityDecision> Decisions(JournalRow row)
    {
        switch (row.Kind)
        {
            case RecordKind.Decided:
                var decided = RecordCodec.ReadDecided(row.Body);
                return decided.Decisions.Select(d => new IdentityDecision(row.TimeMs, d.Kind, d.Identifier, d.Other, d.Code, decided.MessageId));
            case RecordKind.Absorbed:
                var absorbed = RecordCodec.ReadAbsorbed(row.Body);
                return
                [
                    new(row.TimeMs, DecisionKind.Merged, null, absorbed.Loser, absorbed.Code, absorbed.MessageId)
                    {
                        Merge = new(row.Stream, row.Version),
                        Note = absorbed.Note,
                    },
                ];
            case RecordKind.Split or RecordKind.Restored:
                var split = SplitCodec.Read(row.Body);
                return [new(row.TimeMs, DecisionKind.Split, null, split.Other, split.Code, null) { Merge = split.Undone, Note = split.Note }];
            default:
                return [];
        }
    }
}
