using Cdp.Core.Audiences.Membership;
using Cdp.Core.Grid;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    /// <inheritdoc/>
    public async ValueTask<Answer<ProfileView>> PatchAsync(Via via, PatchedRecord record)
    {
        var (state, status) = await LoadAsync(via.AtLeastVersion);
        if (state is null) return new(status, null, _successor);
        if (IsHeld()) return new(CallStatus.Busy);
        if (!Answers(state, via)) return new(CallStatus.NotMine);
        status = await SettledAsync(state);
        if (status != CallStatus.Done) return new(status);
        var body = RecordCodec.Write(record);
        var unit = new UnitOfWork(workspace, [new(id, state.Version, [new(RecordKind.Patched, record.Origin.OrderMs, body)])], []);
        status = await CommitAsync(unit);
        if (status != CallStatus.Done) return new(status);
        state.Evolve(state.Version + 1, record);
        Committed(state, body.Length);
        if (IsJudged(state)) status = await JudgeAllAsync(state, ChangeCause.Event, historical: false, isAnew: false);
        if (status != CallStatus.Done) return new(status);
        try
        {
            return new(CallStatus.Done, await ViewAsync(state));
        }
        catch (JournalUnavailableException)
        {
            return new(CallStatus.Unavailable);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<EraseCounts>> EraseAsync(Via via, bool suppress)
    {
        var (state, status) = await LoadAsync(via.AtLeastVersion);
        if (state is null) return new(status, null, _successor);
        if (IsHeld()) return new(CallStatus.Busy);
        if (!Answers(state, via)) return new(CallStatus.NotMine);
        try
        {
            var counts = new EraseCounts(
                1 + state.Absorbed.Count,
                state.Links.Count,
                await services.Journal.CountEventsAsync(workspace, [id, .. state.Absorbed.Select(a => a.Stream)]));
            var unit = new EraseUnit(
                workspace,
                [(id, state.Version), .. state.Absorbed],
                [.. state.Links.Values.Select(l => (l.Identifier, l.Epoch))],
                services.NowMs,
                suppress)
            {
                Feed = MembershipFeed.Of(id, state.Version + 1, services.NowMs, MembershipPolicy.Leave(state.Memberships, services.NowMs, ChangeCause.Erase)),
            };
            var outcome = await services.Journal.EraseAsync(unit);
            Forget();
            return outcome == CommitOutcome.Committed ? new(CallStatus.Done, counts) : new(CallStatus.Conflict);
        }
        catch (Exception error) when (error is JournalUnavailableException or UnknownCommitOutcomeException)
        {
            Forget();
            return new(CallStatus.Unavailable);
        }
        catch (JournalOverloadedException)
        {
            return new(CallStatus.Overloaded);
        }
    }
}
