using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Audiences.State;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    // What is kept of events for the definitions in force, by part. It is made of the journal when it is first needed, and again after a merge, a split or a
    // change of definitions; only who entered and left what is stored.
    private Dictionary<CustomerId, WindowState>? _windows;
    private AudiencesInForce _windowsOf = AudiencesInForce.None;
    private AudiencesInForce? _judgedBy;

    // Whether something that happened could not be written down: what is found then is news.
    private bool _isOwed;
    private IReadOnlyList<Membership> _memberships = [];
    private volatile ProfileExtras _extras = ProfileExtras.None;

    // A moment at or before which the index wakes this customer; later than all of them when that is not known.
    private long _wokenAtMs = Verdict.Never;

    /// <inheritdoc/>
    public async ValueTask<Answer<Settled>> SettleAsync(long atLeastVersion)
    {
        var (state, status) = await LoadAsync(atLeastVersion);
        if (state is null) return new(status, null, _successor);
        if (IsHeld()) return new(CallStatus.Busy);
        status = await SettledAsync(state);
        if (status != CallStatus.Done) return new(status);
        _wokenAtMs = DueMs(state);
        return new(CallStatus.Done, new(_wokenAtMs == Verdict.Never ? null : _wokenAtMs, (IsJudged(state) ? _judgedBy : services.Audiences(workspace))?.Key ?? "", state.Version));
    }

    private long DueMs(CustomerState state) => Math.Min(TrackDueMs(state), _memberships.Count == 0 ? Verdict.Never : _memberships.Min(m => m.UntilMs));

    /// <summary>What definitions make of the profile as of now; null when that takes a turn.</summary>
    private ProfileExtras? TryExtras()
    {
        var inForce = services.Audiences(workspace);
        if (inForce.IsEmpty) return ProfileExtras.None;
        var extras = _extras;
        return ReferenceEquals(extras.Of, inForce) && (extras.UntilMs == long.MaxValue || extras.UntilMs > services.NowMs) ? extras : null;
    }

    private ValueTask<ProfileView?> ViewAsync(CustomerState state)
    {
        if (TryExtras() is { } extras) return new(state.View(workspace, services.Rules(workspace), extras));
        return MakeAsync();

        async ValueTask<ProfileView?> MakeAsync()
        {
            var inForce = services.Audiences(workspace);
            _extras = DefinedExtras.Of(state, inForce, await WindowsAsync(state, inForce), services.NowMs);
            return state.View(workspace, services.Rules(workspace), _extras);
        }
    }

    /// <summary>The profile of a state that is not this actor's own: that of the store while somebody holds this customer.</summary>
    private async ValueTask<ProfileView?> ViewOfStoreAsync(CustomerState stored)
    {
        var inForce = services.Audiences(workspace);
        if (inForce.IsEmpty) return stored.View(workspace, services.Rules(workspace));
        var windows = await WindowReader.ReadAsync(services.Journal, workspace, stored, inForce.Plan);
        return stored.View(workspace, services.Rules(workspace), DefinedExtras.Of(stored, inForce, [.. windows.Values], services.NowMs));
    }

    private bool IsJudged(CustomerState state) =>
        state.Memberships.Count > 0 || !services.Audiences(workspace).IsEmpty || services.Fences(workspace).Index.Count > 0 || !ReferenceEquals(state.Track, TrackState.Empty);

    /// <summary>What is due, and what was not written before, is written. Whatever is answered to an event is answered behind it.</summary>
    private ValueTask<CallStatus> SettledAsync(CustomerState state) => IsJudged(state) ? SettleOrSayAsync(state) : new(CallStatus.Done);

    private async ValueTask<CallStatus> SettleOrSayAsync(CustomerState state)
    {
        try
        {
            return await SettleAsync(state);
        }
        catch (JournalUnavailableException)
        {
            return CallStatus.Unavailable;
        }
    }

    /// <summary>
    /// Before something changes the profile: entries and exits by time alone are settled at their own moments, and definitions that have changed are taken
    /// in.
    /// </summary>
    private async ValueTask<CallStatus> SettleAsync(CustomerState state)
    {
        var inForce = services.Audiences(workspace);
        if (!IsJudged(state)) return CallStatus.Done;
        var nowMs = services.NowMs;
        var undecided = Undecided(state, inForce);
        var movement = MovedByEvents(state) ?? MovedByTime(state);
        if (movement is null && ReferenceEquals(_judgedBy, inForce) && _windows is not null && _memberships.All(m => m.UntilMs > nowMs) && undecided.Count == 0) return CallStatus.Done;
        var facts = new StateFacts(state, await WindowsAsync(state, inForce));
        Observe(state, inForce, facts);
        if (_judgedBy is null) _memberships = state.Memberships;
        var forgotten = MembershipPolicy.Forget(_memberships, inForce.Plan, nowMs);
        var settled = MembershipPolicy.Settle(forgotten.Memberships, inForce.Plan, facts, nowMs);
        List<MembershipChange> changes = [.. settled.Changes, .. forgotten.Changes];
        var memberships = settled.Memberships;
        if (!ReferenceEquals(_judgedBy, inForce))
        {
            // By the same definitions as before, what is found now was not written before this customer left memory: it is news, and no history.
            // So it is after a unit that could not be written.
            var isNews = state.JudgedBy == inForce.Name || _isOwed;
            var decision = JudgeAll(inForce, facts, memberships, nowMs, isNews ? ChangeCause.Event : ChangeCause.Definition, historical: !isNews);
            (memberships, changes) = (decision.Memberships, [.. changes, .. decision.Changes]);
        }

        return await TakeAsync(state, inForce, facts, memberships, changes, movement);
    }

    /// <summary>After events were applied: who entered or left by them, and what triggers do. Unless it is done, the events are durable and what they change is not.</summary>
    private async ValueTask<CallStatus> JudgeAsync(
        CustomerState state, IReadOnlyList<(CustomerEvent Event, CustomerId Part)> applied, bool hasLinks = false)
    {
        var inForce = services.Audiences(workspace);
        Expect(inForce, applied);
        if (_windows is null || !ReferenceEquals(_windowsOf, inForce))
        {
            _windows = null;
            return await SettledAsync(state);
        }

        var marked = inForce.Plan.NewChanges();
        var isHistory = true;
        foreach (var (e, part) in applied)
        {
            if (!_windows.TryGetValue(part, out var windows)) _windows.Add(part, windows = inForce.Plan.NewState());
            inForce.Plan.Fold(windows, e, marked);
            if (Audiences.Consent.ConsentEvents.MayBe(e)) inForce.Plan.MarkConsent(marked);
            isHistory &= Lateness.IsHistorical(e);
        }

        if (hasLinks) inForce.Plan.MarkIdentifiers(marked);
        var nowMs = services.NowMs;
        var verdicts = new Verdict[inForce.Plan.Audiences.Count];
        var facts = new StateFacts(state, Ordered(state, inForce));
        inForce.Plan.JudgeChanged(marked, facts, nowMs, verdicts);
        var decision = MembershipPolicy.Decide(_memberships, inForce.Plan, marked, verdicts, nowMs, ChangeCause.Event, isHistory);
        return await TakeAsync(state, inForce, facts, decision.Memberships, decision.Changes, MovedByEvents(state));
    }

    /// <summary>After everything may have changed: traits that were written, a merge, a split.</summary>
    private async ValueTask<CallStatus> JudgeAllAsync(
        CustomerState state, ChangeCause cause, bool historical, bool isAnew, IReadOnlyList<(CustomerEvent Event, CustomerId Part)>? applied = null)
    {
        var inForce = services.Audiences(workspace);
        if (!IsJudged(state)) return CallStatus.Done;
        if (applied is not null) Expect(inForce, applied);
        if (isAnew) (_windows, _activation) = (null, null);
        if (_judgedBy is null) _memberships = state.Memberships;
        try
        {
            var facts = new StateFacts(state, await WindowsAsync(state, inForce));
            var decision = JudgeAll(inForce, facts, _memberships, services.NowMs, cause, historical);
            return await TakeAsync(state, inForce, facts, decision.Memberships, decision.Changes, MovedByEvents(state));
        }
        catch (JournalUnavailableException)
        {
            // It is done with the next change.
            (_judgedBy, _extras, _isOwed) = (null, ProfileExtras.None, true);
            return CallStatus.Unavailable;
        }
    }

    private static MembershipDecision JudgeAll(
        AudiencesInForce inForce, StateFacts facts, IReadOnlyList<Membership> memberships, long nowMs, ChangeCause cause, bool historical)
    {
        var marked = inForce.Plan.NewChanges();
        marked.MarkAll();
        var verdicts = new Verdict[inForce.Plan.Audiences.Count];
        inForce.Plan.JudgeAll(facts, nowMs, verdicts);
        return MembershipPolicy.Decide(memberships, inForce.Plan, marked, verdicts, nowMs, cause, historical);
    }

    /// <summary>
    /// Writes entries and exits with the index and the feed, and takes in what is known from now on. When they cannot be written now, they are found again with
    /// the next change.
    /// </summary>
    private async ValueTask<CallStatus> TakeAsync(
        CustomerState state,
        AudiencesInForce inForce,
        StateFacts facts,
        IReadOnlyList<Membership> memberships,
        IReadOnlyList<MembershipChange> changes,
        Movement? movement)
    {
        var acted = Activate(state, inForce, facts, changes, movement);
        // Who may enter by time alone is written down as well: whoever wakes the customer must know since when it was awaited.
        var isPending = memberships.Any(m => m.UntilMs != Verdict.Never && !m.IsMember && !state.Memberships.Any(o => o.Audience == m.Audience && o.Version == m.Version));
        if (changes.Count > 0 || isPending || acted is not null || movement is not null)
        {
            if (await WriteAsync(state, inForce, memberships, changes, isPending, acted, movement) is not CallStatus.Done and var status)
            {
                (_judgedBy, _activation, _extras, _isOwed) = (null, null, ProfileExtras.None, true);
                return status;
            }
        }

        var untilMs = memberships.Count == 0 ? Verdict.Never : memberships.Min(m => m.UntilMs);
        var dueMs = Math.Min(untilMs, TrackDueMs(state));

        // One that has passed may have been moved by whoever swept another activation of this customer.
        if (dueMs < (_wokenAtMs > services.NowMs ? _wokenAtMs : Verdict.Never))
        {
            if (await WakeAsync(dueMs) is not CallStatus.Done and var woken)
            {
                (_judgedBy, _extras, _isOwed) = (null, ProfileExtras.None, true);
                return woken;
            }
        }

        (_memberships, _judgedBy, _undecided, _unmoved, _isOwed) = (memberships, inForce, [], [], false);
        _extras = DefinedExtras.Of(inForce, Ordered(state, inForce), memberships.Where(m => m.IsMember).Select(m => m.Audience), untilMs, services.NowMs);
        return CallStatus.Done;
    }

    /// <summary>One unit of what was judged and decided, with all that others have to know of it.</summary>
    private async ValueTask<CallStatus> WriteAsync(
        CustomerState state,
        AudiencesInForce inForce,
        IReadOnlyList<Membership> memberships,
        IReadOnlyList<MembershipChange> changes,
        bool isPending,
        ActivationOutcome? acted,
        Movement? movement)
    {
        var nowMs = services.NowMs;
        var version = state.Version;
        var judged = changes.Count > 0 || isPending ? new JudgedRecord(inForce.Name, memberships, changes) : null;
        List<JournalEntry> entries = [];
        if (judged is not null) entries.Add(new(RecordKind.Judged, nowMs, JudgedCodec.Write(judged)));
        if (acted is not null) entries.Add(new(RecordKind.Acted, nowMs, DecidedActionsCodec.Write(acted.Record!)));
        if (movement is not null) entries.Add(new(RecordKind.Positioned, nowMs, PositionedCodec.Write(movement.Track)));
        var fences = services.Fences(workspace);
        var trackDueMs = movement is null ? TrackDueMs(state) : FenceTracker.NextDueMs(movement.Track, fences.Index, fences.Options) ?? Verdict.Never;
        var dueMs = Math.Min(trackDueMs, memberships.Count == 0 ? Verdict.Never : memberships.Min(m => m.UntilMs));
        var (feed, outbox) = Routed(acted?.Messages ?? [], nowMs);
        var status = await CommitAsync(new UnitOfWork(workspace, [new(id, version, entries)], [])
        {
            Index = judged is null ? [] : [IndexOf(memberships, dueMs, nowMs)],
            Wakes = judged is null && dueMs != Verdict.Never && dueMs < _wokenAtMs ? [new(id, dueMs)] : [],
            Superseded = movement is not null && state.TrackedAt > 0 ? [new(id, state.TrackedAt)] : [],
            Feed = [.. MembershipFeed.Of(id, version + 1, nowMs, changes), .. movement?.Feed(id, nowMs) ?? [], .. feed],
            Outbox = outbox,
        });
        if (status != CallStatus.Done) return status;
        if (judged is not null || dueMs < _wokenAtMs) _wokenAtMs = dueMs;
        if (judged is not null)
        {
            state.Evolve(state.Version + 1, nowMs, judged);
        }

        if (acted is not null)
        {
            state.Evolve(state.Version + 1, nowMs, acted.Record!);
            _activation = acted.State;
        }

        if (movement is not null) state.Evolve(state.Version + 1, nowMs, movement.Track);

        Committed(state, BytesOf(entries));
        return status;
    }

    private CustomerIndex IndexOf(IReadOnlyList<Membership> memberships, long dueMs, long nowMs) => new(
        id,
        [.. memberships.Where(m => m.IsMember).Select(m => new IndexedMembership(m.Audience, m.SinceMs))],
        dueMs == Verdict.Never ? null : dueMs,
        nowMs);

    /// <summary>Nobody has entered or left, but time alone will change it earlier than the index knows.</summary>
    private async ValueTask<CallStatus> WakeAsync(long dueMs)
    {
        try
        {
            if (services.Wake is { } wake) await wake(workspace, new(id, dueMs));
            _wokenAtMs = dueMs;
            return CallStatus.Done;
        }
        catch (Exception error) when (error is JournalUnavailableException or UnknownCommitOutcomeException)
        {
            return CallStatus.Unavailable;
        }
        catch (JournalOverloadedException)
        {
            return CallStatus.Overloaded;
        }
    }

    private async ValueTask<IReadOnlyList<WindowState>> WindowsAsync(CustomerState state, AudiencesInForce inForce)
    {
        if (_windows is null || !ReferenceEquals(_windowsOf, inForce)) (_windows, _windowsOf) = (await WindowReader.ReadAsync(services.Journal, workspace, state, inForce.Plan), inForce);
        return Ordered(state, inForce);
    }

    private IReadOnlyList<WindowState> Ordered(CustomerState state, AudiencesInForce inForce) =>
        [.. state.Parts.Select(p => _windows!.TryGetValue(p.Stream, out var windows) ? windows : _windows[p.Stream] = inForce.Plan.NewState())];
}
