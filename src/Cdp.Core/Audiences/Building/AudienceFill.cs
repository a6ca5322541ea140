using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Audiences.Building;

/// <summary>
/// Takes changed definitions to customers whom nobody touches: each is judged as it is stored, and only those whose answer is another one are woken to write it.
/// Resumable: what was done before a crash is not done again. Several processes may try; one at a time works on a workspace.
/// </summary>
/// <param name="journal">The store.</param>
/// <param name="index">Its index.</param>
/// <param name="actors">Where customers are woken.</param>
/// <param name="clock">The time.</param>
public sealed class AudienceFill(IJournal journal, IGridIndex index, IActors actors, TimeProvider clock)
{
    /// <summary>How long one step works before it writes down how far it has come.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private const int Page = 500;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Works on a workspace for a while.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="inForce">The definitions, which all processes that customers may be active in should know by now.</param>
    /// <param name="cancellationToken">Stops it between two customers; what was done since the last step is done again.</param>
    /// <returns>True when all customers have been judged by these definitions.</returns>
    /// <exception cref="JournalUnavailableException">The store could not do it; the next step goes on.</exception>
    public async Task<bool> StepAsync(string workspace, AudiencesInForce inForce, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inForce);
        var read = await index.ReadProgressAsync(workspace, FillProgress.Work, cancellationToken);
        var fill = read is null ? null : FillProgress.Read(read.Body);
        if (fill?.Key == inForce.Key && fill.FinishedAtMs is not null) return true;
        if (fill?.Key == inForce.Key && fill.LeasedUntilMs > NowMs) return false;
        if (fill?.Key != inForce.Key) fill = await BeginAsync(workspace, inForce, fill, cancellationToken);
        fill = fill! with { LeasedUntilMs = NowMs + (long)Lease.TotalMilliseconds };
        var revision = read?.Revision ?? 0;
        if (!await index.WriteProgressAsync(workspace, FillProgress.Work, revision++, fill.Write(), cancellationToken)) return false;
        var (next, isDone) = await WorkAsync(workspace, inForce, fill, cancellationToken);
        isDone = isDone && await DropAsync(workspace, inForce, cancellationToken);
        next = next with { LeasedUntilMs = 0, FinishedAtMs = isDone ? NowMs : null, Covered = isDone ? inForce.Name : next.Covered };
        return await index.WriteProgressAsync(workspace, FillProgress.Work, revision, next.Write(), cancellationToken) && isDone;
    }

    private async Task<FillProgress> BeginAsync(string workspace, AudiencesInForce inForce, FillProgress? before, CancellationToken cancellationToken)
    {
        var covered = before?.Covered ?? "";
        return new(inForce.Key, covered, inForce.NewSince(covered), null, 0, await index.CountCustomersAsync(workspace, cancellationToken), NowMs, null, 0);
    }

    private async Task<(FillProgress Fill, bool IsDone)> WorkAsync(
        string workspace, AudiencesInForce inForce, FillProgress fill, CancellationToken cancellationToken)
    {
        if (fill.Audiences.Count == 0) return (fill, true);
        var plan = inForce.Definitions.Only(inForce.Plan, fill.Audiences).Compile().Plan!;
        var judge = new CustomerJudge(new StoredCustomers(journal, workspace), plan);
        var started = clock.GetTimestamp();
        do
        {
            var page = await index.WalkCustomersAsync(workspace, fill.Cursor, Page, cancellationToken);
            var nowMs = NowMs;
            var isSettled = true;
            await Parallel.ForEachAsync(page, cancellationToken, async (id, stop) =>
            {
                if (await judge.UnsettledAsync(id, nowMs, stop) is { } version && !await SettleAsync(workspace, id, version, inForce)) isSettled = false;
            });
            // Somebody was busy, or is active where these definitions are not known yet: the page is looked at again.
            if (!isSettled) return (fill, false);
            if (page.Count > 0) fill = fill with { Cursor = page[^1], Done = fill.Done + page.Count };
            if (page.Count < Page) return (fill, true);
        }
        while (clock.GetElapsedTime(started) < Step);
        return (fill, false);
    }

    /// <summary>Members of audiences that are gone leave them, and rows of customers that are gone go; false when somebody could not leave now.</summary>
    private async Task<bool> DropAsync(string workspace, AudiencesInForce inForce, CancellationToken cancellationToken)
    {
        foreach (var (audience, _) in await index.SizesAsync(workspace, cancellationToken))
        {
            if (inForce.Plan.IndexOf(audience) >= 0) continue;
            CustomerId? after = null;
            var isSettled = true;
            while (await index.MembersAsync(workspace, audience, after, Page, cancellationToken) is { Count: > 0 } page)
            {
                await Parallel.ForEachAsync(page, cancellationToken, async (member, _) =>
                {
                    if (!await SettleAsync(workspace, member.Customer, 0, inForce)) isSettled = false;
                });
                after = page[^1].Customer;
            }

            if (!isSettled) return false;

            while (!await index.DropAudienceAsync(workspace, audience, Page, cancellationToken))
            {
            }
        }

        return true;
    }

    private async ValueTask<bool> SettleAsync(string workspace, CustomerId id, long version, AudiencesInForce inForce)
    {
        var answer = await actors.Customer(workspace, id).SettleAsync(version);
        return answer.Status == CallStatus.NotMine || (answer.Status == CallStatus.Done && answer.Value!.By == inForce.Key);
    }
}
