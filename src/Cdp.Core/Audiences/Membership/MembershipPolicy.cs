namespace Cdp.Core.Audiences.Membership;

/// <summary>Decides what changes in a customer's memberships: pure, so that a retry and a replay decide the same.</summary>
public static class MembershipPolicy
{
    /// <summary>Moments that one settling steps through per audience; what is older is taken together.</summary>
    public const int MaxSteps = 1_000;

    /// <summary>
    /// Brings records up to a moment by time alone: each is judged at the very moment at which it is due, so that what happened in between has its right
    /// time and order however late the sweep is. Call it before anything else changes the profile.
    /// </summary>
    /// <param name="old">The records.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="facts">The profile as it has stood since the records were made.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>The records as of that moment, none of them due, and the changes.</returns>
    public static MembershipDecision Settle(IReadOnlyList<Membership> old, AudiencePlan plan, IProfileFacts facts, long nowMs)
    {
        if (old.All(m => m.UntilMs > nowMs)) return new(old, []);
        List<MembershipChange> changes = [];
        List<Membership> kept = [];
        foreach (var record in old)
        {
            var settled = record;
            if (record.UntilMs <= nowMs && plan.IndexOf(record.Audience) is >= 0 and var at)
            {
                if (plan.Audiences[at].IsPaused) settled = record with { UntilMs = Verdict.Never };
                for (var step = 0; settled.UntilMs <= nowMs; step++)
                {
                    var moment = step < MaxSteps ? settled.UntilMs : nowMs;
                    settled = Next(settled, settled.Version, plan.Judge(at, facts, moment), moment, ChangeCause.Time, false, changes);
                }
            }

            if (MustKeep(settled)) kept.Add(settled);
        }

        return new(kept, [.. changes.OrderBy(c => c.AtMs).ThenBy(c => c.Audience, StringComparer.Ordinal)]);
    }

    /// <summary>
    /// Takes in new answers after something other than time has changed. The records are settled up to the moment. It costs what was judged, not what there
    /// is: when nothing differs, the same records come back.
    /// </summary>
    /// <param name="old">The records, by audience id.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="judged">Which audiences were judged; the others stay as they are.</param>
    /// <param name="verdicts">The answers, by place in the plan.</param>
    /// <param name="nowMs">Unix milliseconds of the judgement.</param>
    /// <param name="cause">What has changed. A record of another version of its audience counts as <see cref="ChangeCause.Definition"/>, and as history.</param>
    /// <param name="historical">Whether it must trigger nothing: see <see cref="Lateness"/>.</param>
    /// <returns>The records from now on, and the changes.</returns>
    public static MembershipDecision Decide(
        IReadOnlyList<Membership> old,
        AudiencePlan plan,
        AudienceChanges judged,
        ReadOnlySpan<Verdict> verdicts,
        long nowMs,
        ChangeCause cause,
        bool historical)
    {
        List<MembershipChange> changes = [];
        List<Membership>? kept = null;
        var dropped = false;
        for (var at = judged.Next(0); at >= 0; at = judged.Next(at + 1))
        {
            var audience = plan.Audiences[at];
            var place = Find(old, audience.Id);
            var record = place >= 0 ? old[place] : null;
            var verdict = audience.IsPaused ? Verdict.Always(record?.IsMember ?? false) : verdicts[at];
            if (record is null && !verdict.IsMember && verdict.UntilMs == Verdict.Never) continue;
            if (record is not null && record.Version == audience.Version && record.IsMember == verdict.IsMember && record.UntilMs == verdict.UntilMs) continue;
            var edited = record is not null && record.Version != audience.Version;
            record ??= new(audience.Id, audience.Version, false, nowMs, Verdict.Never);
            var next = Next(record, audience.Version, verdict, nowMs, edited ? ChangeCause.Definition : cause, edited || historical, changes);
            kept ??= [.. old];
            dropped |= !MustKeep(next);
            if (place >= 0) kept[place] = next;
            else kept.Add(next);
        }

        if (kept is null) return new(old, []);
        if (kept.Count > old.Count) kept.Sort((a, b) => string.CompareOrdinal(a.Audience, b.Audience));
        if (dropped) kept.RemoveAll(m => !MustKeep(m));
        if (changes.Count > 1) changes.Sort((a, b) => string.CompareOrdinal(a.Audience, b.Audience));
        return new(kept, changes);
    }

    /// <summary>Lets go of everybody in audiences that are gone: after a new plan, before <see cref="Decide"/>.</summary>
    /// <param name="old">The records.</param>
    /// <param name="plan">The new plan.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>The records of audiences that are left, and the exits, which are history.</returns>
    public static MembershipDecision Forget(IReadOnlyList<Membership> old, AudiencePlan plan, long nowMs)
    {
        Membership[] gone = [.. old.Where(m => plan.IndexOf(m.Audience) < 0)];
        return gone.Length == 0
            ? new(old, [])
            : new([.. old.Except(gone)], [.. Leave(gone, nowMs, ChangeCause.Definition).Select(c => c with { Historical = true })]);
    }

    /// <summary>Everybody leaves: the customer was erased, or absorbed by another.</summary>
    /// <param name="old">The records.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="cause">Why.</param>
    /// <returns>The exits of all members.</returns>
    public static IReadOnlyList<MembershipChange> Leave(IReadOnlyList<Membership> old, long nowMs, ChangeCause cause) =>
        [.. old.Where(m => m.IsMember).Select(m => new MembershipChange(m.Audience, m.Version, ChangeKind.Exit, nowMs, cause, false))];

    private static Membership Next(
        Membership old, long version, Verdict verdict, long atMs, ChangeCause cause, bool historical, List<MembershipChange> changes)
    {
        if (verdict.IsMember == old.IsMember) return old with { Version = version, UntilMs = verdict.UntilMs };
        changes.Add(new(old.Audience, version, verdict.IsMember ? ChangeKind.Enter : ChangeKind.Exit, atMs, cause, historical));
        return new(old.Audience, version, verdict.IsMember, atMs, verdict.UntilMs);
    }

    private static int Find(IReadOnlyList<Membership> records, string audience)
    {
        var (low, high) = (0, records.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(records[middle].Audience, audience);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    private static bool MustKeep(Membership record) => record.IsMember || record.UntilMs != Verdict.Never;
}
