using Cdp.Core.Audiences.Membership;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    /// <inheritdoc/>
    public async ValueTask<Answer<Merged>> MergeAsync(PersonMerge merge)
    {
        var (state, status) = await LoadAsync(merge.Version);
        if (state is null) return new(status, null, _successor);
        if (!Holds(merge.Token)) return new(CallStatus.Busy);
        if (state.Version != merge.Version) return new(CallStatus.Conflict);
        var loser = merge.Absorbed;
        var nowMs = services.NowMs;
        long? yieldsUntilMs = services.Rules(workspace).TraitsOnMerge == MergedTraitRule.Survivor ? nowMs : null;
        var absorption = Absorption.Of(state.Id, state.Version + 1, loser, ReasonCodes.MergedByAdmin, null, merge.Note, yieldsUntilMs);
        var unit = new UnitOfWork(
            workspace,
            [
                new(id, state.Version, [new(RecordKind.Absorbed, nowMs, absorption.Absorbed)]),
                new(loser.Id, loser.Version, [new(RecordKind.MergedInto, nowMs, absorption.MergedInto)]),
            ],
            absorption.Ownership)
        {
            Feed = absorption.Feed(nowMs),
            Wakes = IsJudged(state) ? [new(id, nowMs)] : [],
        };
        status = await CommitAsync(unit);
        if (status != CallStatus.Done) return new(status);
        var end = new JournalRow(loser.Id, loser.Version + 1, RecordKind.MergedInto, nowMs, absorption.MergedInto);
        state.Evolve(state.Version + 1, nowMs, loser, yieldsUntilMs);
        EndHold();
        var mergeId = new MergeId(id, state.Version);
        Committed(state, absorption.Absorbed.Length);
        if (IsJudged(state)) await JudgeAllAsync(state, ChangeCause.Merge, historical: false, isAnew: true);
        return new(CallStatus.Done, new(mergeId, end));
    }
}
