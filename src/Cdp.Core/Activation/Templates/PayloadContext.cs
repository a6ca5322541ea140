using Cdp.Core.Activation.Definitions;

namespace Cdp.Core.Activation.Templates;

/// <summary>What a payload is filled in from.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Trigger">The trigger.</param>
/// <param name="Occasion">The occasion.</param>
/// <param name="Facts">The customer.</param>
/// <param name="DecisionId">The decision.</param>
/// <param name="NowMs">Unix milliseconds.</param>
internal sealed record PayloadContext(TriggerPlan Plan, TriggerDefinition Trigger, Occasion Occasion, ActivationFacts Facts, string DecisionId, long NowMs);
