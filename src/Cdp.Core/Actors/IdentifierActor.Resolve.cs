using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class IdentifierActor
{
    private static readonly Dictionary<CustomerId, CustomerState> NobodyHeld = [];

    /// <summary>Resolves the first of the remaining events from the store's view of its identifiers.</summary>
    private async ValueTask<ApplyAnswer> ResolveAsync(IReadOnlyList<CustomerEvent> run, int start)
    {
        var e = run[start];
        var rules = services.Rules(workspace);
        var found = await LookUpAsync(rules, e);
        var ownerships = found.Ownerships;
        if (ErasedCode(e, found) is { } code) return new(CallStatus.Done, [e.Rejected(code)]);

        // The memory was empty or wrong, and the store says that the common case applies after all.
        if (Owner is null && ownerships[0].Owner is { } owner && ownerships.All(o => o.Owner == owner))
        {
            Owner = owner;
            var answer = await actors.Customer(workspace, owner).ApplyAsync(run, start, new(identifier, ownerships.Max(o => o.OwnerVersion)));
            if (answer.Status == CallStatus.NotMine) Owner = null;
            if (answer.Status != CallStatus.NeedsResolution || answer.Outcomes.Count > 0) return answer;
        }

        var facts = new Dictionary<CustomerId, CustomerFacts>();
        var versions = ownerships.Where(o => o.Owner is not null).GroupBy(o => o.Owner!.Value, o => o.OwnerVersion).ToDictionary(g => g.Key, g => g.Max());
        foreach (var (id, version) in versions)
        {
            var described = await actors.Customer(workspace, id).DescribeAsync(version, e.MessageHash);
            if (described.Status != CallStatus.Done) return ApplyAnswer.Of(described.Status == CallStatus.NotMine ? CallStatus.Conflict : described.Status);
            // The plan may give the event to another of its owners than the plan of its first arrival did.
            if (described.Value!.HasSeen) return new(CallStatus.Done, [new(e.MessageId, EventStatus.Duplicate, id, [])]);
            facts.Add(id, described.Value);
        }

        var plan = IdentityPolicy.Plan(rules, e.ToPolicyEvent(), Candidates(found, facts));
        var answered = plan.ConcernsOthers
            ? await HoldAndResolveAsync(rules, e, found, facts, plan)
            : await ResolveAtAsync(e, Candidates(found, facts), plan, NotBefore(ownerships), null, NobodyHeld);
        if (answered.Status == CallStatus.Done && answered.Outcomes is [{ Profile: { } profile }] && !plan.LeavesOut(identifier)) Owner = profile;
        return answered;
    }

    /// <summary>
    /// Holds everybody concerned, in the order of their ids, so that the plan can be made on states that do not change until it is committed.
    /// Nobody waits for a hold: whoever is held already answers busy, everything is released, and it is planned again.
    /// </summary>
    private async ValueTask<ApplyAnswer> HoldAndResolveAsync(
        IdentityRules rules,
        CustomerEvent e,
        LookedUp found,
        Dictionary<CustomerId, CustomerFacts> facts,
        IdentityPlan plan)
    {
        var token = new HoldToken(services.Ids.NewUuid7());
        var held = new Dictionary<CustomerId, CustomerState>();
        IReadOnlyList<JournalRow>? appended = null;
        var reload = false;
        CustomerId? unsure = null;
        try
        {
            foreach (var id in plan.Participants.Order())
            {
                var hold = await actors.Customer(workspace, id).HoldAsync(token, facts[id].Version);
                if (hold.Status == CallStatus.Unavailable) unsure = id;
                if (hold.Status != CallStatus.Done) return ApplyAnswer.Of(hold.Status == CallStatus.NotMine ? CallStatus.Conflict : hold.Status);
                held.Add(id, hold.Value!);
                facts[id] = hold.Value!.FactsFor(rules);
            }

            var thirds = new Dictionary<Identifier, CustomerId>();
            foreach (var step in plan.Steps.Where(s => s.Kind == StepKind.Share))
            {
                var (third, status) = await HoldThirdAsync(step.Identifier, token, held);
                if (status == CallStatus.Unavailable) unsure = third;
                if (status != CallStatus.Done) return ApplyAnswer.Of(status);
                thirds.Add(step.Identifier, third);
            }

            // Between the look-up and the holds, an identifier may have come to one of them as well as gone; or one of them is behind the store.
            if (found.Ownerships.Any(o => held.Any(h => h.Value.Links.ContainsKey(o.Identifier) != (h.Key == o.Owner))))
            {
                reload = true;
                return ApplyAnswer.Of(CallStatus.Conflict);
            }

            var candidates = Candidates(found, facts);
            var final = IdentityPolicy.Plan(rules, e.ToPolicyEvent(), candidates);
            if (!final.Participants.All(held.ContainsKey)) return ApplyAnswer.Of(CallStatus.Conflict);
            if (final.Steps.Any(s => s.Kind == StepKind.Share))
            {
                if (final.Steps.Any(s => s.Kind == StepKind.Share && !thirds.ContainsKey(s.Identifier))) return ApplyAnswer.Of(CallStatus.Conflict);
                final = final with { Steps = [.. final.Steps.Select(s => s.Kind == StepKind.Share ? s with { Third = thirds[s.Identifier] } : s)] };
            }

            reload = true;
            var others = held.Where(h => h.Key != final.Target).ToDictionary();
            var answer = await ResolveAtAsync(e, candidates, final, NotBefore(found.Ownerships), token, others);
            reload = answer.Status is CallStatus.Unavailable or CallStatus.Conflict;
            appended = answer.Others;
            return answer;
        }
        finally
        {
            foreach (var id in held.Keys)
            {
                JournalRow? row = appended?.Where(r => r.Stream == id).Select(r => (JournalRow?)r).FirstOrDefault();
                await actors.Customer(workspace, id).ReleaseAsync(token, row, reload);
            }

            // Its answer may be what was lost: then it is held, and would keep everybody waiting until that is over.
            if (unsure is { } last) await actors.Customer(workspace, last).ReleaseAsync(token, null, false);
        }
    }

    private ValueTask<ApplyAnswer> ResolveAtAsync(
        CustomerEvent e,
        IReadOnlyList<Candidate> candidates,
        IdentityPlan plan,
        IReadOnlyDictionary<Identifier, long> notBefore,
        HoldToken? token,
        IReadOnlyDictionary<CustomerId, CustomerState> others) =>
        actors.Customer(workspace, plan.Target ?? services.Ids.NewCustomer()).ResolveAsync(new(e, candidates, plan, notBefore, token, others));

    /// <summary>Finds, and holds if it exists already, the third profile of an identifier.</summary>
    private async ValueTask<(CustomerId Third, CallStatus Status)> HoldThirdAsync(
        Identifier shared, HoldToken token, Dictionary<CustomerId, CustomerState> held)
    {
        for (var generation = 0; ; generation++)
        {
            var third = ThirdProfile.IdOf(workspace, shared, generation);
            var hold = await actors.Customer(workspace, third).HoldAsync(token, 0);
            if (hold.Status == CallStatus.Done) held.Add(third, hold.Value!);
            if (hold.Status != CallStatus.NotMine) return (third, hold.Status);
            // It does not exist yet; or it was erased, and the next one is looked at.
            if (await services.Journal.LoadAsync(workspace, third) is null) return (third, CallStatus.Done);
        }
    }

    /// <summary>The owners of an event's own identifiers, then of those that manual links tie to them, then of what an alias names.</summary>
    private async ValueTask<LookedUp> LookUpAsync(IdentityRules rules, CustomerEvent e)
    {
        var own = e.Identifiers;
        Identifier[] linked = rules.Links.IsEmpty ? [] : [.. own.SelectMany(i => rules.Links.Of(i)).Distinct().Except(own)];
        Identifier[] aliases = e.PreviousId is null || AliasCandidates.IsSelf(rules, e) ? [] : [.. AliasCandidates.Of(rules, e)];
        if (linked.Length == 0 && aliases.Length == 0) return new(await services.Journal.OwnersAsync(workspace, own), own.Count, null);
        var all = await services.Journal.OwnersAsync(workspace, [.. own, .. linked, .. aliases]);
        var before = own.Count + linked.Length;
        var known = all.Skip(before);
        var previous = known.FirstOrDefault(o => o.Owner is not null) ?? known.FirstOrDefault(o => o.Identifier.Type == AliasCandidates.UnknownType(rules));
        return previous is null || own.Contains(previous.Identifier) || linked.Contains(previous.Identifier)
            ? new([.. all.Take(before)], own.Count, null)
            : new([.. all.Take(before), previous], own.Count, previous.Identifier);
    }

    private static string? ErasedCode(CustomerEvent e, LookedUp found)
    {
        Ownership[] ownerships = [.. found.Ownerships.Where((o, i) => i < found.OwnCount || o.Identifier == found.FromAlias)];
        if (ownerships.Any(o => o.Erasure is { Suppress: true })) return ReasonCodes.Suppressed;
        return ownerships.Any(o => o.Erasure is { } erasure && e.OrderMs <= erasure.AtMs) ? ReasonCodes.Erased : null;
    }

    private static Candidate[] Candidates(LookedUp found, Dictionary<CustomerId, CustomerFacts> facts) =>
        [.. found.Ownerships.Select((o, i) =>
        {
            var fromAlias = o.Identifier == found.FromAlias;
            return new Candidate(o.Identifier, o.Owner is { } owner ? facts[owner] : null, o.LinkedAtMs, fromAlias, i >= found.OwnCount && !fromAlias);
        })];

    private sealed record LookedUp(IReadOnlyList<Ownership> Ownerships, int OwnCount, Identifier? FromAlias);

    private static Dictionary<Identifier, long> NotBefore(IReadOnlyList<Ownership> ownerships) =>
        ownerships.Where(o => o.Erasure is not null).ToDictionary(o => o.Identifier, o => o.Erasure!.AtMs);
}
