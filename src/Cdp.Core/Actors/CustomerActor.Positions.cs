using Cdp.Core.Activation;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    /// <inheritdoc/>
    public async ValueTask<Answer<Moved>> MoveAsync(Via via, IReadOnlyList<Fix> fixes)
    {
        var (state, status) = await LoadAsync(via.AtLeastVersion);
        if (state is null) return new(status, null, _successor);
        if (IsHeld()) return new(CallStatus.Busy);
        if (!Answers(state, via)) return new(CallStatus.NotMine, null, _successor);
        if (services.Fences(workspace).Index.Count == 0) return new(CallStatus.Done, new(id, [.. fixes.Select(_ => new MovedFix(FixOutcome.Accepted, []))]));
        status = await SettledAsync(state);
        if (status != CallStatus.Done) return new(status);
        try
        {
            var inForce = services.Audiences(workspace);
            var facts = new StateFacts(state, await WindowsAsync(state, inForce));
            var movement = Movement.Of(state.Track, id, fixes, services.Fences(workspace));
            status = await TakeAsync(state, inForce, facts, _memberships, [], movement);
            return status == CallStatus.Done ? new(status, new(id, movement.Fixes)) : new(status);
        }
        catch (JournalUnavailableException)
        {
            return new(CallStatus.Unavailable);
        }
    }

    // Places of events that the devices have not been moved to yet.
    private List<Fix> _unmoved = [];

    /// <summary>Where events say that they happened; those that are history say nothing of where a device is.</summary>
    private List<Fix> FixesOf(IReadOnlyList<(CustomerEvent Event, CustomerId Part)> events)
    {
        List<Fix> fixes = [];
        if (services.Fences(workspace).Index.Count == 0) return fixes;
        foreach (var (e, _) in events)
        {
            if (!Lateness.IsHistorical(e) && FixReader.Read(e, out var fix) is null && fix is not null) fixes.Add(fix);
        }

        return fixes;
    }

    /// <summary>Where events have moved devices to; null when they have not.</summary>
    private Movement? MovedByEvents(CustomerState state)
    {
        if (_unmoved.Count == 0) return null;
        var movement = Movement.Of(state.Track, id, _unmoved, services.Fences(workspace));
        return ReferenceEquals(movement.Track, state.Track) ? null : movement;
    }

    /// <summary>What is due of positions by time alone.</summary>
    private Movement? MovedByTime(CustomerState state)
    {
        var fences = services.Fences(workspace);
        return TrackDueMs(state) <= services.NowMs ? Movement.OfTime(state.Track, id, services.NowMs, fences) : null;
    }

    private long TrackDueMs(CustomerState state)
    {
        if (ReferenceEquals(state.Track, TrackState.Empty)) return Verdict.Never;
        var fences = services.Fences(workspace);
        return FenceTracker.NextDueMs(state.Track, fences.Index, fences.Options) ?? Verdict.Never;
    }

    private IEnumerable<Occasion> OccasionsOf(Movement? movement)
    {
        if (movement is null) yield break;
        var index = services.Fences(workspace).Index;
        foreach (var t in movement.Transitions)
        {
            var move = t.Kind switch
            {
                FenceEvents.Enter => FenceMove.Enter,
                FenceEvents.Exit => FenceMove.Exit,
                FenceEvents.Dwell => FenceMove.Dwell,
                _ => FenceMove.Cross,
            };
            yield return Occasion.OfFence(new(t.Id, id, t.FenceId, index.Find(t.FenceId)?.Tags ?? [], move, t.AtMs, Historical: false, t.DwellSeconds));
        }
    }

    /// <summary>What some fixes, or the passing of time, lead to.</summary>
    private sealed record Movement(TrackState Track, IReadOnlyList<FenceTransition> Transitions, IReadOnlyList<MovedFix> Fixes)
    {
        public static Movement Of(TrackState before, CustomerId customer, IReadOnlyList<Fix> fixes, FencesInForce fences)
        {
            var (track, steps) = FenceTracker.StepAll(before, fixes, fences.Index, fences.Options);
            var byFix = steps.ToDictionary(
                s => s.Fix, s => new MovedFix(s.Step.Outcome, Told(s.Step, customer)), ReferenceEqualityComparer.Instance as IEqualityComparer<Fix>);
            return new(track, [.. steps.SelectMany(s => byFix[s.Fix].Transitions)], [.. fixes.Select(f => byFix[f])]);
        }

        public static Movement OfTime(TrackState before, CustomerId customer, long nowMs, FencesInForce fences)
        {
            var step = FenceTracker.Due(before, nowMs, fences.Index, fences.Options);
            return new(step.State, Told(step, customer), []);
        }

        private static FenceTransition[] Told(TrackStep step, CustomerId customer) => [.. step.Transitions.Select(t => t.Of(customer))];

        public IEnumerable<FeedEntry> Feed(CustomerId customer, long nowMs) => Transitions.Select(t => FenceFeed.Of(customer, nowMs, t));
    }
}
