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
                for (var step = 0; settled.UntilMs <= nowMs; step++)
                {
                    var moment = step < MaxSteps ? settled.UntilMs : nowMs;
                    settled = Next(settled, settled.Version, plan.Judge(at, facts, moment), moment, ChangeCause.Time, false, changes);
                }
            }

            Keep(kept, settled);
        }

        return new(kept, [.. changes.OrderBy(c => c.AtMs).ThenBy(c => c.Audience, StringComparer.Ordinal)]);
    }

    /// <summary>Takes in new answers after something other than time has changed. The records are settled up to the moment.</summary>
    /// <param name="old">The records.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="judged">Which audiences were judged; the others stay as they are.</param>
    /// <param name="verdicts">The answers, by place in the plan.</param>
    /// <param name="nowMs">Unix milliseconds of the judgement.</param>
    /// <param name="cause">What has changed.</param>
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
        List<Membership> kept = [];
        foreach (var record in old)
        {
            var at = plan.IndexOf(record.Audience);
            if (at < 0)
            {
                // The audience is gone: nobody belongs to it.
                Next(record, record.Version, Verdict.Always(false), nowMs, ChangeCause.Definition, true, changes);
            }
            else if (!judged.Contains(at))
            {
                Keep(kept, record);
            }
            else
            {
                var version = plan.Audiences[at].Version;
                var edited = version != record.Version;
                Keep(kept, Next(record, version, verdicts[at], nowMs, edited ? ChangeCause.Definition : cause, edited || historical, changes));
            }
        }

        HashSet<string> known = [.. old.Select(m => m.Audience)];
        for (var at = judged.Next(0); at >= 0; at = judged.Next(at + 1))
        {
            var audience = plan.Audiences[at];
            if (known.Contains(audience.Id)) continue;
            var none = new Membership(audience.Id, audience.Version, false, nowMs, Verdict.Never);
            Keep(kept, Next(none, audience.Version, verdicts[at], nowMs, cause, historical, changes));
        }

        return new([.. kept.OrderBy(m => m.Audience, StringComparer.Ordinal)], [.. changes.OrderBy(c => c.Audience, StringComparer.Ordinal)]);
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

    private static void Keep(List<Membership> kept, Membership record)
    {
        if (record.IsMember || record.UntilMs != Verdict.Never) kept.Add(record);
    }
}
