using Cdp.Core.Audiences.State;

namespace Cdp.Core.Audiences.Rules;

/// <summary>One profile at one moment, while rules are judged.</summary>
internal ref struct Judging(AudiencePlan plan, IProfileFacts facts, long nowMs, Span<Verdict> known)
{
    // A verdict whose moment is zero has not been made: no real one is ever due before it was made.
    private readonly Span<Verdict> _known = known;

    public readonly IProfileFacts Facts => facts;

    public IReadOnlyList<WindowState> Windows { get; } = facts.Windows;

    public readonly long NowMs => nowMs;

    /// <summary>Judges an audience once, however many rules ask.</summary>
    public readonly Verdict Audience(int at)
    {
        if (_known.IsEmpty) return Judge(at);
        if (_known[at].UntilMs == 0) _known[at] = Judge(at);
        return _known[at];
    }

    private readonly Verdict Judge(int at)
    {
        var self = this;
        return plan.RuleAt(at).Judge(ref self);
    }
}
