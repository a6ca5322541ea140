using Cdp.Core.Audiences.Computed;
using Cdp.Core.Audiences.Rules;
using Cdp.Core.Audiences.State;

namespace Cdp.Core.Audiences;

public sealed partial class AudiencePlan
{
    /// <summary>Judges one audience.</summary>
    /// <param name="audience">Its place in <see cref="Audiences"/>.</param>
    /// <param name="facts">The profile, its windows complete for this plan.</param>
    /// <param name="nowMs">Unix milliseconds; a moment before the profile's latest event is taken for that of the event.</param>
    /// <returns>Whether the profile belongs, and until when that stands.</returns>
    public Verdict Judge(int audience, IProfileFacts facts, long nowMs)
    {
        var judging = new Judging(this, facts, NotBefore(facts.Windows, nowMs), _nested ? new Verdict[Audiences.Count] : []);
        return judging.Audience(audience);
    }

    /// <summary>Judges all audiences.</summary>
    /// <param name="facts">The profile, its windows complete for this plan.</param>
    /// <param name="nowMs">Unix milliseconds, as in <see cref="Judge"/>.</param>
    /// <param name="verdicts">Where the answers go: as long as <see cref="Audiences"/>.</param>
    public void JudgeAll(IProfileFacts facts, long nowMs, Span<Verdict> verdicts)
    {
        verdicts.Clear();
        var judging = new Judging(this, facts, NotBefore(facts.Windows, nowMs), verdicts);
        for (var i = 0; i < verdicts.Length; i++) judging.Audience(i);
    }

    /// <summary>Judges the audiences that have changed.</summary>
    /// <param name="changes">Which.</param>
    /// <param name="facts">The profile, its windows complete for this plan.</param>
    /// <param name="nowMs">Unix milliseconds, as in <see cref="Judge"/>.</param>
    /// <param name="verdicts">As long as <see cref="Audiences"/>; the places of <paramref name="changes"/> are set, the others are not to be read.</param>
    public void JudgeChanged(AudienceChanges changes, IProfileFacts facts, long nowMs, Span<Verdict> verdicts)
    {
        if (_nested) verdicts.Clear();
        var judging = new Judging(this, facts, NotBefore(facts.Windows, nowMs), _nested ? verdicts : []);
        for (var i = changes.Next(0); i >= 0; i = changes.Next(i + 1)) verdicts[i] = judging.Audience(i);
    }

    /// <summary>Judges one of the rules that the plan was compiled with.</summary>
    /// <param name="condition">The rule.</param>
    /// <param name="facts">The profile, its windows complete for this plan.</param>
    /// <param name="nowMs">Unix milliseconds, as in <see cref="Judge"/>.</param>
    /// <returns>Whether it holds now.</returns>
    internal bool Holds(Rule condition, IProfileFacts facts, long nowMs)
    {
        var judging = new Judging(this, facts, NotBefore(facts.Windows, nowMs), _nested ? new Verdict[Audiences.Count] : []);
        return condition.Judge(ref judging).IsMember;
    }

    /// <summary>Computes a computed trait.</summary>
    /// <param name="computed">Its place in <see cref="Computed"/>.</param>
    /// <param name="windows">The windows of all parts of the profile, complete for this plan.</param>
    /// <param name="nowMs">Unix milliseconds, as in <see cref="Judge"/>.</param>
    /// <returns>The value, and until when it stands.</returns>
    public ComputedValue Compute(int computed, IReadOnlyList<WindowState> windows, long nowMs) => Computed[computed].Evaluate(windows, NotBefore(windows, nowMs));

    // Windows forget what has aged out as of their latest event, so that no earlier moment can be judged; the clock of another machine may be behind.
    private static long NotBefore(IReadOnlyList<WindowState> windows, long nowMs)
    {
        for (var i = 0; i < windows.Count; i++) nowMs = Math.Max(nowMs, windows[i].LastMs);
        return nowMs;
    }
}
