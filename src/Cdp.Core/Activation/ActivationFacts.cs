using Cdp.Core.Audiences;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Core.Activation;

/// <summary>What triggers read of a customer, as of one version of the profile.</summary>
/// <param name="Profile">What rules read; its windows are complete for <see cref="TriggerPlan.Audiences"/>.</param>
/// <param name="Customer">The customer.</param>
/// <param name="Streams">Its own stream and those of all that it absorbed, in any order.</param>
/// <param name="Identifiers">The identifiers that it holds, strongest first.</param>
public sealed record ActivationFacts(IProfileFacts Profile, CustomerId Customer, IReadOnlyCollection<CustomerId> Streams, IReadOnlyList<Identifier> Identifiers)
{
    /// <summary>The facts of a customer's state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="profile">What rules read of it.</param>
    /// <param name="rules">The rules, by which identifiers are strong.</param>
    /// <returns>The facts.</returns>
    internal static ActivationFacts Of(CustomerState state, IProfileFacts profile, IdentityRules rules) => new(
        profile,
        state.Id,
        [state.Id, .. state.Absorbed.Select(a => a.Stream)],
        [.. state.Links.Keys.OrderBy(i => rules.TypeOf(i.Type).Priority).ThenByDescending(i => state.Links[i].LastSeenMs).ThenBy(i => i.Value, StringComparer.Ordinal)]);

    /// <summary>The lowest id of all streams: the one that was made first. No merge that brings in younger ones changes it, whoever survives.</summary>
    public CustomerId Oldest { get; } = Streams.Append(Customer).Min();
}
