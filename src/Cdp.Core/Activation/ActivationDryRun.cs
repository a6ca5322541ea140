using Cdp.Core.Activation.State;

namespace Cdp.Core.Activation;

/// <summary>One moment of a customer's history.</summary>
/// <param name="Occasions">What happened then.</param>
/// <param name="Facts">The customer as it was then, with all of that taken in.</param>
/// <param name="NowMs">Unix milliseconds: when it arrived.</param>
public sealed record DryRunStep(IReadOnlyList<Occasion> Occasions, ActivationFacts Facts, long NowMs);

/// <summary>What triggers would have done, had they stood from the beginning. Nothing is sent and nothing is written.</summary>
public static class ActivationDryRun
{
    /// <summary>Plays a customer's history.</summary>
    /// <param name="plan">The plan: best of the triggers in question alone.</param>
    /// <param name="start">The customer before the first step.</param>
    /// <param name="startMs">Unix milliseconds of that.</param>
    /// <param name="steps">The history in order. It is walked once, as far as decisions are asked for.</param>
    /// <returns>The decisions in their order. Put-off sends count as sent: what would have been withheld when they were due is not known.</returns>
    public static IEnumerable<TriggerDecision> Run(TriggerPlan plan, ActivationFacts start, long startMs, IEnumerable<DryRunStep> steps)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(steps);
        return Play();

        IEnumerable<TriggerDecision> Play()
        {
            var state = ActivationPolicy.Observe(plan, start, ActivationState.Empty, startMs);
            foreach (var step in steps)
            {
                var outcome = ActivationPolicy.Decide(plan, step.Occasions, step.Facts, state, step.NowMs);
                state = outcome.State;
                foreach (var decision in outcome.Record?.Decisions ?? []) yield return decision;
            }
        }
    }
}
