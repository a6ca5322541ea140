using Cdp.Core.Activation;
using Cdp.Core.Audiences.Attribution;
using Cdp.Core.Audiences.State;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;
using Cdp.Core.Profiles.Splits;

namespace Cdp.Core.Audiences.Building;

/// <summary>
/// Customers as the store has them, read without waking them, so that looking at many of them leaves those in memory alone. Any thread may call it.
/// </summary>
/// <param name="journal">The store.</param>
/// <param name="workspace">The workspace.</param>
public sealed class StoredCustomers(IJournal journal, string workspace)
{
    private const int MaxRedirects = 1_000;

    /// <summary>A customer's profile.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="rules">The workspace's rules.</param>
    /// <param name="inForce">Its definitions.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The profile; null for one who is absorbed or erased.</returns>
    public async ValueTask<ProfileView?> ProfileAsync(
        CustomerId id, IdentityRules rules, AudiencesInForce inForce, long nowMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inForce);
        if (await FactsAsync(id, inForce.Plan, cancellationToken) is not { } facts) return null;
        return facts.State.View(workspace, rules, DefinedExtras.Of(facts.State, inForce, facts.Windows, nowMs));
    }

    /// <summary>A customer's touches and conversions, over the history of all that it absorbed.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="conversion">The name of the events that are conversions.</param>
    /// <param name="value">The property that holds their value.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The timeline; null for one who is absorbed or erased, or has more events than are read.</returns>
    public async ValueTask<AttributionTimeline?> TouchesAsync(CustomerId id, string conversion, string value, CancellationToken cancellationToken = default)
    {
        if ((await StateAsync(id, cancellationToken)).State is not { } state) return null;
        var history = await FamilyHistory.ReadAsync(journal, workspace, id, state.Version, WindowReader.MaxEvents);
        if (history is null) return null;
        CustomerEvent[] relevant = [.. history.Events.Select(e => e.Event).Where(e => e.Name == conversion || e.Evidence?.Touch is not null)];
        return AttributionTimeline.Of(relevant, conversion, value);
    }

    /// <summary>Whether a message of a trigger may be sent now, by what the store says of its customer, or of whoever absorbed it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="rules">The workspace's rules.</param>
    /// <param name="inForce">Its definitions.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The verdict of <see cref="ActivationPolicy.MayStillSend"/>; never, when the customer is erased.</returns>
    public async ValueTask<SendVerdict> MayStillSendAsync(
        OutboxMessage message, IdentityRules rules, AudiencesInForce inForce, long nowMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(inForce);
        CustomerId? at = message.Stream;
        for (var hops = 0; at is { } id && hops < MaxRedirects; hops++)
        {
            if (await FactsAsync(id, inForce.Plan, cancellationToken) is { } facts)
                return ActivationPolicy.MayStillSend(inForce.Triggers, message, ActivationFacts.Of(facts.State, facts, rules), facts.State.Activation, nowMs);
            at = (await StateLoader.LoadLiveAsync(journal, workspace, id, cancellationToken)).Successor;
        }

        return new(false, ReasonCodes.Erased, null);
    }

    /// <summary>What audiences are judged by.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="plan">What is kept of events.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The facts; null for one who is absorbed or erased.</returns>
    internal async ValueTask<StateFacts?> FactsAsync(CustomerId id, AudiencePlan plan, CancellationToken cancellationToken)
    {
        var (state, rows) = await StateAsync(id, cancellationToken);
        if (state is null) return null;
        var windows = await WindowReader.ReadAsync(journal, workspace, state, plan, rows);
        return new StateFacts(state, [.. state.Parts.Select(p => windows[p.Stream])]);
    }

    private async ValueTask<(CustomerState? State, IReadOnlyList<JournalRow>? Rows)> StateAsync(CustomerId id, CancellationToken cancellationToken)
    {
        try
        {
            return await StateLoader.LoadLiveWithRowsAsync(journal, workspace, id, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            // Erased between two reads of it and of whom it absorbed.
            return default;
        }
    }
}
