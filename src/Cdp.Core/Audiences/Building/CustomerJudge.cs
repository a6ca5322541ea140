using Cdp.Core.Audiences.State;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.Building;

/// <summary>
/// Judges stored customers without waking them, so that looking at many of them leaves those in memory alone. Any thread may call it.
/// </summary>
/// <param name="journal">The store.</param>
/// <param name="workspace">The workspace.</param>
/// <param name="plan">The plan: best of the audiences in question alone.</param>
internal sealed class CustomerJudge(IJournal journal, string workspace, AudiencePlan plan)
{
    /// <summary>Whether a customer belongs to an audience now.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="audience">The audience's place in the plan.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>False as well for one who is absorbed or erased meanwhile.</returns>
    public async ValueTask<bool> BelongsAsync(CustomerId id, int audience, long nowMs, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { } facts && plan.Judge(audience, facts, nowMs).IsMember;

    /// <summary>Whether a customer's stored memberships of the plan's audiences say what the plan says now, and nothing is due that they do not know of.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>True as well for one who is absorbed or erased meanwhile.</returns>
    public async ValueTask<bool> IsSettledAsync(CustomerId id, long nowMs, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, cancellationToken) is not { } facts) return true;
        var verdicts = new Verdict[plan.Audiences.Count];
        plan.JudgeAll(facts, nowMs, verdicts);
        var records = facts.State.Memberships;
        for (var at = 0; at < verdicts.Length; at++)
        {
            var record = records.FirstOrDefault(m => m.Audience == plan.Audiences[at].Id);
            if (verdicts[at].IsMember != (record?.IsMember ?? false) || verdicts[at].UntilMs < (record?.UntilMs ?? Verdict.Never)) return false;
        }

        return true;
    }

    private async ValueTask<StateFacts?> ReadAsync(CustomerId id, CancellationToken cancellationToken)
    {
        try
        {
            var (state, _, _) = await StateLoader.LoadLiveAsync(journal, workspace, id, cancellationToken);
            if (state is null) return null;
            var windows = await WindowReader.ReadAsync(journal, workspace, state, plan);
            return new StateFacts(state, [.. state.Parts.Select(p => windows[p.Stream])]);
        }
        catch (InvalidOperationException)
        {
            // Erased between two reads of it and of whom it absorbed.
            return null;
        }
    }
}
