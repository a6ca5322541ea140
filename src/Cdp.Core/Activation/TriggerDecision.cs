using System.Globalization;
using Cdp.Core.Activation.State;
using Cdp.Core.Identity;

namespace Cdp.Core.Activation;

/// <summary>What was decided of one trigger on one occasion: exactly one per customer, trigger and occurrence.</summary>
/// <param name="Id">32 hexadecimal digits: a hash of trigger and occurrence, the same however often and wherever it is decided, before and after merges.</param>
/// <param name="Trigger">The trigger's id.</param>
/// <param name="Version">The version of its definition.</param>
/// <param name="Code">One of <see cref="DecisionCodes"/>.</param>
/// <param name="Kind">What kind of occasion it was.</param>
/// <param name="Subject">What it was about: the event's name, or the id of the audience, the fence or the computed trait.</param>
/// <param name="Part">The part of the profile that it counts in.</param>
/// <param name="OccasionAtMs">Unix milliseconds of the occasion.</param>
/// <param name="AtMs">Unix milliseconds of the decision.</param>
public sealed record TriggerDecision(
    string Id, string Trigger, long Version, string Code, OccasionKind Kind, string Subject, CustomerId Part, long OccasionAtMs, long AtMs)
{
    /// <summary>What was sent by it; null when it does not act.</summary>
    public Send? Sent { get; init; }

    /// <summary>Unix milliseconds until which it is quiet; set with <see cref="DecisionCodes.Deferred"/> and <see cref="DecisionCodes.QuietHours"/>.</summary>
    public long? QuietUntilMs { get; init; }

    /// <summary>Where its messages went; empty when it does not act.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>The first 64 bits of an id: what states remember of it.</summary>
    /// <param name="id">See <see cref="Id"/>.</param>
    /// <returns>The number.</returns>
    internal static ulong KeyOf(string id) => ulong.Parse(id.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
