using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

/// <summary>One unit in the making: an event with all that it does to identities, over the streams of everybody concerned.</summary>
internal sealed partial class ResolutionDraft
{
    private readonly List<JournalEntry> _entries = [];
    private readonly Dictionary<Identifier, OwnershipChange> _ownership = [];
    private readonly List<Decision> _decisions = [];
    private readonly Dictionary<CustomerId, List<Decision>> _byOthers = [];
    private readonly List<StreamAppend> _otherAppends = [];
    private readonly List<JournalRow> _others = [];
    private readonly List<FeedEntry> _feed = [];
    private readonly List<Wake> _wakes = [];
    private readonly bool _isJudged;
    private readonly List<Action<CustomerState>> _evolve = [];
    private readonly string _workspace;
    private readonly CustomerState _state;
    private readonly Resolution _resolution;
    private readonly long _nowMs;
    private readonly long? _yieldsUntilMs;
    private CustomerId _part;
    private long _decidedVersion;

    private ResolutionDraft(string workspace, IdentityRules rules, CustomerState state, Resolution resolution, long nowMs, bool isJudged)
    {
        (_workspace, _state, _resolution, _nowMs, _isJudged) = (workspace, state, resolution, nowMs, isJudged);
        // Everything that the absorbed have by now, and nothing of what comes later.
        _yieldsUntilMs = rules.TraitsOnMerge == MergedTraitRule.Survivor ? nowMs : null;
    }

    public List<Reason> Reasons { get; } = [];

    public IReadOnlyList<JournalRow> Others => _others;

    public UnitOfWork Unit => new(_workspace, [new(_state.Id, _state.Version, _entries), .. _otherAppends], [.. _ownership.Values]) { Feed = _feed, Wakes = _wakes };

    public long Bytes => _entries.Sum(e => e.Body.Length + (long)StateLoader.RowBytes);

    private long NextVersion => _state.Version + _entries.Count + 1;

    /// <summary>Makes the unit. Those who lose an identifier are woken when customers are judged.</summary>
    /// <returns>The draft; null when the plan does not fit what was held.</returns>
    public static ResolutionDraft? Make(string workspace, IdentityRules rules, CustomerState state, Resolution resolution, long nowMs, bool isJudged)
    {
        var draft = new ResolutionDraft(workspace, rules, state, resolution, nowMs, isJudged);
        draft.Reasons.AddRange(resolution.Event.OwnReasons(rules, state));
        foreach (var loser in resolution.Plan.Absorbed)
        {
            if (!resolution.Held.TryGetValue(loser, out var held)) return null;
            draft.Absorb(held);
        }

        if (!draft.Decide()) return null;
        draft.Append();
        return draft;
    }

    /// <summary>Takes the committed records into the state.</summary>
    public void Evolve(CustomerState state)
    {
        foreach (var step in _evolve) step(state);
    }

    private void Absorb(CustomerState loser)
    {
        var messageId = _resolution.Event.MessageId;
        var version = NextVersion;
        var absorption = Absorption.Of(_state.Id, version, loser, ReasonCodes.Merged, messageId, yieldsUntilMs: _yieldsUntilMs);
        _entries.Add(new(RecordKind.Absorbed, _nowMs, absorption.Absorbed));
        _feed.AddRange(absorption.Feed(_nowMs));
        foreach (var change in absorption.Ownership) _ownership.Add(change.Identifier, change);
        AppendTo(loser, new(RecordKind.MergedInto, _nowMs, absorption.MergedInto));
        _evolve.Add(s => s.Evolve(version, _nowMs, loser, _yieldsUntilMs));
        Reasons.Add(new(ReasonCodes.Merged, null, $"Absorbed profile {loser.Id}."));
    }

    private bool Decide()
    {
        foreach (var reason in _resolution.Event.LeftOut)
        {
            if (reason.Identifier is { } text && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                Refuse(new Identifier(text[..colon], text[(colon + 1)..]), reason.Code, null);
        }

        _part = PartOfNewLinks();
        _decidedVersion = NextVersion;
        foreach (var step in _resolution.Plan.Steps)
        {
            Reasons.Add(new(step.Code, step.Identifier.Ref, DetailOf(step)));
            if (!Take(step)) return false;
        }

        foreach (var (stream, decisions) in _byOthers)
            AppendTo(_resolution.Held.GetValueOrDefault(stream) ?? new CustomerState(stream), new(RecordKind.Decided, _nowMs, Body(decisions)));
        if (_decisions.Count == 0) return true;
        var record = new DecidedRecord(_resolution.Event.MessageId, _decisions);
        var version = _decidedVersion;
        _entries.Add(new(RecordKind.Decided, _nowMs, RecordCodec.Write(record)));
        _evolve.Add(s => s.Evolve(version, _nowMs, record));
        return true;

        byte[] Body(List<Decision> decisions) => RecordCodec.Write(new DecidedRecord(_resolution.Event.MessageId, decisions));
    }

    private static string? DetailOf(PlanStep step) => step switch
    {
        { Other: null } or { Kind: StepKind.Evict } => null,
        { Kind: StepKind.Link or StepKind.Expire } => $"Not seen for too long at profile {step.Other}.",
        { Kind: StepKind.Share } => $"Owned by profile {step.Other} so far, by profile {step.Third} from now on.",
        { Kind: StepKind.Move } => $"Owned by profile {step.Other} so far.",
        _ => $"Owned by profile {step.Other}.",
    };

    private void Append()
    {
        var e = _resolution.Event;
        var version = NextVersion;
        _entries.Add(new(RecordKind.Event, e.TimeMs, e.Body));
        _evolve.Add(s => s.Evolve(version, e));
    }

    /// <summary>New links belong to the part of the strongest identifier that is owned already, so that an unmerge takes them along.</summary>
    private CustomerId PartOfNewLinks()
    {
        foreach (var candidate in _resolution.Candidates)
        {
            if (_state.Links.TryGetValue(candidate.Identifier, out var own)) return own.Part;
            foreach (var loser in _resolution.Plan.Absorbed)
            {
                if (_resolution.Held[loser].Links.TryGetValue(candidate.Identifier, out var link)) return link.Part;
            }
        }

        return _state.Id;
    }

    private void Refuse(Identifier identifier, string code, CustomerId? other)
    {
        if (!_state.Remembers(identifier, code)) _decisions.Add(new(DecisionKind.Refused, identifier, code, other));
    }

    private void AppendTo(CustomerState other, JournalEntry entry)
    {
        _otherAppends.Add(new(other.Id, other.Version, [entry]));
        _others.Add(new(other.Id, other.Version + 1, entry.Kind, entry.TimeMs, entry.Body));
        if (_isJudged && !entry.Kind.IsTerminal()) _wakes.Add(new(other.Id, _nowMs));
    }
}
