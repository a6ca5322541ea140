using Cdp.Core.Identity;

namespace Cdp.Core.Audiences.Building;

/// <summary>Judges stored customers. Any thread may call it.</summary>
/// <param name="customers">The customers.</param>
/// <param name="plan">The plan: best of the audiences in question alone.</param>
internal sealed class CustomerJudge(StoredCustomers customers, AudiencePlan plan)
{
    /// <summary>Whether a customer belongs to an audience now.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="audience">The audience's place in the plan.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>False as well for one who is absorbed or erased meanwhile.</returns>
    public async ValueTask<bool> BelongsAsync(CustomerId id, int audience, long nowMs, CancellationToken cancellationToken) =>
        await customers.FactsAsync(id, plan, cancellationToken) is { } facts && plan.Judge(audience, facts, nowMs).IsMember;

    /// <summary>Finds out whether a customer's stored memberships of the plan's audiences say what the plan says now, and nothing is due that they do not know of.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The version that has to be settled; null when that is not needed, or the customer is absorbed or erased meanwhile.</returns>
    public async ValueTask<long?> UnsettledAsync(CustomerId id, long nowMs, CancellationToken cancellationToken)
    {
        if (await customers.FactsAsync(id, plan, cancellationToken) is not { } facts) return null;
        var verdicts = new Verdict[plan.Audiences.Count];
        plan.JudgeAll(facts, nowMs, verdicts);
        for (var at = 0; at < verdicts.Length; at++)
        {
            if (plan.Audiences[at].IsPaused) continue;
            var record = facts.State.Memberships.FirstOrDefault(m => m.Audience == plan.Audiences[at].Id);
            if (verdicts[at].IsMember != (record?.IsMember ?? false) || verdicts[at].UntilMs < (record?.UntilMs ?? Verdict.Never)) return facts.State.Version;
        }

        return null;
    }
}
