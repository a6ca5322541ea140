using Cdp.Core.Audiences.Membership;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    /// <inheritdoc/>
    public async ValueTask<ApplyAnswer> ResolveAsync(Resolution resolution)
    {
        var e = resolution.Event;
        CustomerState state;
        if (resolution.Plan.Target is null)
        {
            state = new CustomerState(id);
        }
        else
        {
            var (loaded, status) = await LoadAsync(0);
            if (loaded is null) return ApplyAnswer.Of(status, _successor);
            if (resolution.Token is null ? IsHeld() : !Holds(resolution.Token.Value)) return ApplyAnswer.Of(CallStatus.Busy);
            status = await SettledAsync(loaded);
            if (status != CallStatus.Done) return ApplyAnswer.Of(status);
            state = loaded;
        }

        var knownTo = state.HasSeen(e.MessageHash) ? state : resolution.Held.Values.FirstOrDefault(h => h.HasSeen(e.MessageHash));
        if (knownTo is not null) return new(CallStatus.Done, [new(e.MessageId, EventStatus.Duplicate, knownTo.Id, [])]);

        var plan = resolution.Plan;
        if (resolution.Token is null && plan.Target is not null)
        {
            // Only this customer is concerned, so the plan can be made anew on what it is now: a busy customer is never starved by its own events.
            plan = Replan(resolution, state);
            if (plan.Target != id || plan.ConcernsOthers) return ApplyAnswer.Of(CallStatus.Conflict);
        }

        else if (plan.Target is not null && resolution.Candidates.Any(c => c.Owner?.Id == id && c.Owner.Version != state.Version))
        {
            return ApplyAnswer.Of(CallStatus.Conflict);
        }

        var draft = ResolutionDraft.Make(workspace, services.Rules(workspace), state, resolution with { Plan = plan }, services.NowMs, !services.Audiences(workspace).IsEmpty);
        if (draft is null) return ApplyAnswer.Of(CallStatus.Conflict);
        var result = await CommitAsync(draft.Unit);
        if (result != CallStatus.Done) return ApplyAnswer.Of(result);
        draft.Evolve(state);
        _state = state;
        // The others stay held until their records reach them; here the state is the store's.
        EndHold();
        Committed(state, draft.Bytes);
        if (!IsJudged(state)) return Applied();
        result = plan.Absorbed.Count > 0 ? await JudgeAllAsync(state, ChangeCause.Merge, historical: false, isAnew: true)
            : plan.Target is null ? await JudgeAllAsync(state, ChangeCause.Event, Lateness.IsHistorical(e), isAnew: true)
            : await JudgeAsync(state, [(e, state.PartOf(e))], hasLinks: true);
        return result == CallStatus.Done ? Applied() : ApplyAnswer.Of(result);

        ApplyAnswer Applied() =>
            new(CallStatus.Done, [new(e.MessageId, EventStatus.Applied, id, draft.Reasons)], null, draft.Others);
    }

    private IdentityPlan Replan(Resolution resolution, CustomerState state)
    {
        var rules = services.Rules(workspace);
        var facts = state.FactsFor(rules);
        Candidate[] candidates = [.. resolution.Candidates.Select(c =>
            state.Links.ContainsKey(c.Identifier) ? c with { Owner = facts }
            : c.Owner?.Id == id ? c with { Owner = null }
            : c)];
        return IdentityPolicy.Plan(rules, resolution.Event.ToPolicyEvent(), candidates);
    }
}
