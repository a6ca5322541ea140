using Cdp.Core.Activation.Definitions;
using Cdp.Core.Identity;

namespace Cdp.Core.Activation.State;

/// <summary>What one part of a profile remembers of decisions. Immutable.</summary>
/// <param name="Stream">The part.</param>
/// <param name="Count">Decisions ever taken in: of two copies of one part the one with more contains the other.</param>
/// <param name="Recent">Keys of the latest decisions, oldest first, at most <see cref="ActivationLimits.MaxRecentDecisions"/>.</param>
/// <param name="Sends">The sends that still count, in the order of their decisions.</param>
internal sealed record ActivationPart(CustomerId Stream, long Count, ulong[] Recent, Send[] Sends)
{
    public static ActivationPart Empty(CustomerId stream) => new(stream, 0, [], []);

    /// <summary>Takes in decisions of this part, and forgets what no longer counts by then.</summary>
    public ActivationPart With(IReadOnlyCollection<TriggerDecision> decisions)
    {
        var nowMs = decisions.Max(d => d.AtMs);
        return new(
            Stream,
            Count + decisions.Count,
            [.. Recent.Concat(decisions.Select(d => TriggerDecision.KeyOf(d.Id))).TakeLast(ActivationLimits.MaxRecentDecisions)],
            [.. Sends.Concat(decisions.Select(d => d.Sent).OfType<Send>()).Where(s => s.KeepUntilMs > nowMs)]);
    }
}
