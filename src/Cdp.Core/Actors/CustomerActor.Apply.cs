using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    /// <inheritdoc/>
    public async ValueTask<ApplyAnswer> ApplyAsync(IReadOnlyList<CustomerEvent> events, int start, Via via)
    {
        var (state, status) = await LoadAsync(via.AtLeastVersion);
        if (state is null) return ApplyAnswer.Of(status, _successor);
        if (IsHeld()) return ApplyAnswer.Of(CallStatus.Busy);
        if (via.Identifier is { } identifier && !state.Links.ContainsKey(identifier)) return ApplyAnswer.Of(CallStatus.NotMine);
        status = await SettledAsync(state);
        if (status != CallStatus.Done) return ApplyAnswer.Of(status);

        var outcomes = new List<EventOutcome>(events.Count - start);
        var entries = new List<JournalEntry>(events.Count - start);
        var changes = new List<(CustomerEvent? Event, DecidedRecord? Decided)>(events.Count - start);
        var next = start;
        var nowMs = services.NowMs;
        var rules = services.Rules(workspace);
        for (; next < events.Count; next++)
        {
            var e = events[next];
            if (state.HasSeen(e.MessageHash) || InThisUnit(changes, e.MessageHash))
            {
                outcomes.Add(new(e.MessageId, EventStatus.Duplicate, id, []));
                continue;
            }

            if (!OwnsAll(rules, state, e, out var erased)) break;
            if (erased)
            {
                outcomes.Add(new(e.MessageId, EventStatus.Rejected, null, [new(ReasonCodes.Erased)]));
                continue;
            }

            if (Unrecorded(state, e.LeftOut) is { Count: > 0 } refused)
            {
                var decided = new DecidedRecord(e.MessageId, refused);
                entries.Add(new(RecordKind.Decided, nowMs, RecordCodec.Write(decided)));
                changes.Add((null, decided));
            }

            entries.Add(new(RecordKind.Event, e.TimeMs, e.Body));
            changes.Add((e, null));
            outcomes.Add(new(e.MessageId, EventStatus.Applied, id, e.OwnReasons(rules, state)));
        }

        if (entries.Count > 0)
        {
            var unit = new UnitOfWork(workspace, [new(id, state.Version, entries)], []);
            status = await CommitAsync(unit);
            if (status != CallStatus.Done) return ApplyAnswer.Of(status);
            List<(CustomerEvent, CustomerId)>? applied = IsJudged(state) ? [] : null;
            foreach (var (e, decided) in changes)
            {
                if (e is null) state.Evolve(state.Version + 1, nowMs, decided!);
                else if (state.Evolve(state.Version + 1, e) is var part) applied?.Add((e, part));
            }

            Committed(state, BytesOf(entries));
            if (applied is not null && await JudgeAsync(state, applied) is not CallStatus.Done and var judged) return ApplyAnswer.Of(judged);
        }

        return new(next < events.Count ? CallStatus.NeedsResolution : CallStatus.Done, outcomes);
    }

    private static bool InThisUnit(List<(CustomerEvent? Event, DecidedRecord? Decided)> changes, UInt128 hash)
    {
        foreach (var (e, _) in changes)
        {
            if (e?.MessageHash == hash) return true;
        }

        return false;
    }

    /// <summary>Whether the event needs no resolution here; it is erased when it is timed before an erasure of one of its identifiers.</summary>
    private static bool OwnsAll(IdentityRules rules, CustomerState state, CustomerEvent e, out bool erased)
    {
        erased = false;
        var expires = rules.HasTtl;
        for (var i = 0; i < e.Identifiers.Count; i++)
        {
            var identifier = e.Identifiers[i];
            if (!state.Links.TryGetValue(identifier, out var link))
            {
                // What is shared is a third profile's, and this customer is known to use it.
                if (state.Lists(identifier)) continue;
                return false;
            }

            erased |= link.NotBeforeMs >= e.OrderMs;
            // One that is fresh keeps the expired ones of the same event here.
            expires = expires && rules.TypeOf(identifier.Type).Ttl is { } ttl && e.OrderMs - link.LastSeenMs > ttl.TotalMilliseconds;
            if (!rules.Links.IsEmpty && rules.Links.Of(identifier).Any(p => !state.Links.ContainsKey(p) && !state.Lists(p))) return false;
        }

        if (expires) return false;
        if (e.PreviousId is null || AliasCandidates.IsSelf(rules, e)) return true;
        foreach (var alias in AliasCandidates.Of(rules, e))
        {
            if (!state.Links.TryGetValue(alias, out var link)) continue;
            erased |= link.NotBeforeMs >= e.OrderMs;
            return true;
        }

        return false;
    }

    /// <summary>Refusals that the stream's latest records do not say yet, as decisions.</summary>
    private static List<Decision> Unrecorded(CustomerState state, IReadOnlyList<Reason> leftOut)
    {
        List<Decision> decisions = [];
        foreach (var reason in leftOut)
        {
            if (reason.Identifier is not { } text || text.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon)) continue;
            var identifier = new Identifier(text[..colon], text[(colon + 1)..]);
            if (!state.Remembers(identifier, reason.Code)) decisions.Add(new(DecisionKind.Refused, identifier, reason.Code));
        }

        return decisions;
    }

    private static long BytesOf(List<JournalEntry> entries)
    {
        var bytes = 0L;
        foreach (var entry in entries) bytes += entry.Body.Length + StateLoader.RowBytes;
        return bytes;
    }
}
