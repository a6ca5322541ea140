namespace Cdp.Core.Audiences.Rules;

/// <summary><c>all</c> (every rule holds) and <c>any</c> (one holds).</summary>
internal sealed class GroupRule(bool all, Rule[] rules) : Rule
{
    public override Verdict Judge(ref Judging judging)
    {
        // While one rule decides alone, the others may change as they like: then the answer stands until the last decider may change.
        var (decided, decidedUntil, openUntil) = (false, 0L, Verdict.Never);
        foreach (var rule in rules)
        {
            var verdict = rule.Judge(ref judging);
            if (verdict.IsMember != all)
            {
                if (verdict.UntilMs == Verdict.Never) return verdict;
                decided = true;
                decidedUntil = Math.Max(decidedUntil, verdict.UntilMs);
            }
            else
            {
                openUntil = Math.Min(openUntil, verdict.UntilMs);
            }
        }

        return decided ? new(!all, decidedUntil) : new(all, openUntil);
    }

    public override void Describe(RuleReads reads)
    {
        foreach (var rule in rules) rule.Describe(reads);
    }

    public override void Link(RuleLinks links)
    {
        foreach (var rule in rules) rule.Link(links);
    }
}

/// <summary><c>not</c>.</summary>
internal sealed class NotRule(Rule rule) : Rule
{
    public override Verdict Judge(ref Judging judging) => rule.Judge(ref judging).Not();

    public override void Describe(RuleReads reads) => rule.Describe(reads);

    public override void Link(RuleLinks links) => rule.Link(links);
}
