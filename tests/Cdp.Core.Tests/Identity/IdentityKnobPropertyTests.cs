using System.Collections.Frozen;
using Cdp.Core.Identity;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Identity;

/// <summary>What holds for every plan under every combination of knobs, over random customers whose identifiers are known one by one.</summary>
public sealed class IdentityKnobPropertyTests
{
    private const int People = 4;
    private const long At = 1_000;

    private static readonly string[] Types = ["user_id", "email", "loyalty", "anonymous_id", "device_id"];

    private static readonly Gen<IdentityRules> Policies =
        from picks in Gen.Choose(0, 5).ArrayOf(40)
        let next = new Picks(picks)
        select new IdentityRules
        {
            MaxIdentifiersPerProfile = next.Of(3, 5, 1_000),
            OnFullProfile = next.Of(FullProfileRule.Refuse, FullProfileRule.EvictOldest, FullProfileRule.EvictByClass),
            MaxIdentifiersPerMerge = next.Of<int?>(null, null, 2),
            Survivor = next.Of(SurvivorRule.Oldest, SurvivorRule.Target),
            MergeIdentified = next.Of(true, true, false),
            NeverMerge = next.Of(IdentifierPairs.None, new IdentifierPairs([(new("user_id", "e0"), new("email", "e1")), (new("device_id", "e3"), new("email", "p1x0"))])),
            Types = Types.Select(name => IdentityRules.Default.TypeOf(name) with
            {
                Name = name,
                MaxPerProfile = next.Of(1, 2, 9),
                OnConflict = next.Of(ConflictRule.Keep, ConflictRule.Move, ConflictRule.Share),
                Bridge = next.Of(BridgeRule.Always, BridgeRule.UnlessPersonsDiffer),
                RequireTrusted = next.Of(false, false, true),
                OnLimit = next.Of(LimitRule.Refuse, LimitRule.EvictOldest),
                Window = next.Of(null, null, new WindowLimit(2, TimeSpan.FromMilliseconds(100))),
                Ttl = next.Of<TimeSpan?>(null, null, TimeSpan.FromMilliseconds(150)),
            }).ToFrozenDictionary(t => t.Name),
        };

    private static readonly Gen<Candidate[]> Events =
        from created in Gen.Choose(0, 2).ArrayOf(People)
        from counts in Gen.Choose(0, 9).ArrayOf(People * Types.Length)
        from times in Gen.Choose(0, 1_000).ArrayOf(64)
        from size in Gen.Choose(1, 6)
        from types in Gen.Choose(0, Types.Length - 1).ArrayOf(size)
        from owners in Gen.Choose(-2, People - 1).ArrayOf(size)
        from thirds in Gen.Choose(0, 9).ArrayOf(People)
        from kind in Gen.Choose(0, 5)
        select Make(created, counts, times, types, owners, thirds, kind);

    private static readonly Arbitrary<(IdentityRules Rules, PolicyEvent Event, Candidate[] Candidates)> Inputs = (
        from rules in Policies
        from flags in Gen.Choose(0, 3)
        from candidates in Events
        select (rules, new PolicyEvent(At, flags is 1, flags is 2), candidates)).ToArbitrary();

    [Fact]
    public void A_plan_is_a_pure_function() => Check((rules, e, candidates) =>
        PolicyTable.Show(IdentityPolicy.Plan(rules, e, candidates)) == PolicyTable.Show(IdentityPolicy.Plan(rules, e with { }, [.. candidates])));

    [Fact]
    public void Nothing_is_passed_over_silently() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        return candidates.All(c => plan.Steps.Any(s => s.Identifier == c.Identifier)
            || (c.Owner is { } owner && (Members(plan).Contains(owner.Id) || owner.IsThird)));
    });

    [Fact]
    public void The_target_ends_up_owning_an_identifier_of_the_event() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        return candidates.Where(c => !c.FromAlias && !c.FromLink).Any(c =>
            plan.Steps.Any(s => s.Identifier == c.Identifier && s.Kind is StepKind.Link or StepKind.Move)
            || (c.Owner is { } owner && Members(plan).Contains(owner.Id)));
    });

    [Fact]
    public void Nobody_gives_away_and_is_absorbed_and_no_identifier_changes_hands_twice() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        var members = Members(plan);
        var gained = plan.Steps.Where(s => s.Kind is StepKind.Link or StepKind.Move or StepKind.Share).Select(s => s.Identifier).ToArray();
        var freed = plan.Steps.Where(s => s.Kind == StepKind.Evict || (s.Kind == StepKind.Expire && members.Contains(s.Other!.Value))).ToArray();
        return gained.Distinct().Count() == gained.Length
            && plan.Absorbed.Distinct().Count() == plan.Absorbed.Count
            && plan.Steps.All(s => s.Kind is not (StepKind.Move or StepKind.Share) || !members.Contains(s.Other!.Value))
            && freed.All(s => members.Contains(s.Other!.Value) && candidates.All(c => c.Identifier != s.Identifier))
            && freed.Select(s => s.Identifier).Distinct().Count() == freed.Length
            && plan.Steps.Where(s => s.Kind == StepKind.Expire && !members.Contains(s.Other!.Value)).All(s => gained.Contains(s.Identifier));
    });

    [Fact]
    public void A_third_profile_absorbs_nobody_and_is_absorbed_by_nobody() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        return plan.Absorbed.Count == 0 || !candidates.Any(c => c.Owner is { IsThird: true } third && Members(plan).Contains(third.Id));
    });

    [Fact]
    public void No_limit_is_newly_broken_but_by_a_manual_link() => Check((rules, e, candidates) =>
    {
        if (candidates.Any(c => c.FromLink)) return true;
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        var members = Owners(candidates).Where(f => Members(plan).Contains(f.Id)).ToArray();
        int After(Func<CustomerFacts, int> count, Func<string, bool> type) => members.Sum(count)
            + plan.Steps.Count(s => s.Kind is StepKind.Link or StepKind.Move && type(s.Identifier.Type))
            - plan.Steps.Count(s => s.Kind is StepKind.Evict or StepKind.Expire && Members(plan).Contains(s.Other!.Value) && type(s.Identifier.Type));
        return Types.All(t => After(m => m.CountOf(t), x => x == t) <= Math.Max(rules.TypeOf(t).MaxPerProfile, Most(members, m => m.CountOf(t))))
            // What the event itself carries is never evicted, and neither is what it merges.
            && (After(m => m.IdentifierCount, _ => true) <= Math.Max(rules.MaxIdentifiersPerProfile, Most(members, m => m.IdentifierCount))
                || (rules.OnFullProfile != FullProfileRule.Refuse && plan.Absorbed.Count > 0));
    });

    [Fact]
    public void Barred_customers_never_become_one_and_give_each_other_nothing() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        var evicted = plan.Steps.Where(s => s.Kind is StepKind.Evict or StepKind.Expire).Select(s => s.Identifier).ToHashSet();
        var mine = Owners(candidates).Where(f => Members(plan).Contains(f.Id)).SelectMany(f => f.Identifiers).Select(o => o.Identifier).Where(i => !evicted.Contains(i))
            .Concat(plan.Steps.Where(s => s.Kind is StepKind.Link or StepKind.Move).Select(s => s.Identifier)).ToHashSet();
        var alone = Owners(candidates).Any(f => f.Identifiers.Any(o => rules.NeverMerge.Of(o.Identifier).Any(n => f.Identifiers.Any(p => p.Identifier == n))));
        return alone || mine.All(i => !rules.NeverMerge.Of(i).Any(mine.Contains));
    });

    [Fact]
    public void The_random_facts_reach_every_kind_of_plan()
    {
        var seen = new HashSet<string>();
        Check((rules, e, candidates) =>
        {
            var plan = IdentityPolicy.Plan(rules, e, candidates);
            foreach (var step in plan.Steps) seen.Add($"{step.Kind} {step.Code}");
            if (plan.Absorbed.Count > 1) seen.Add("several");
            return true;
        });
        Assert.Superset(
            new HashSet<string>
            {
                "Link created", "Link linked", "Link manual_link", "Move moved", "Share shared", "List shared", "Evict evicted", "Expire expired", "several",
                "Refuse limit_reached", "Refuse window_limit_reached", "Refuse profile_cap_reached", "Refuse kept_by_owner", "Refuse already_identified",
                "Refuse persons_differ", "Refuse merge_too_large", "Refuse never_merge", "Refuse trust_required", "Refuse late_link", "Refuse alias_known_user",
                "Refuse shared_device",
            },
            seen);
    }

    private static void Check(Func<IdentityRules, PolicyEvent, Candidate[], bool> holds) =>
        Prop.ForAll(Inputs, input => holds(input.Rules, input.Event, input.Candidates)).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    private static Candidate[] Make(int[] created, int[] counts, int[] times, int[] types, int[] owners, int[] thirds, int kind)
    {
        var time = 0;
        OwnedIdentifier Owned(string type, string value)
        {
            var linkedAt = times[time++ % times.Length];
            return new(new(type, value), linkedAt, linkedAt + times[time++ % times.Length]);
        }

        var facts = Enumerable.Range(0, People).Select(p =>
        {
            var ofEvent = types.Select((t, i) => (t, i)).Where(x => owners[x.i] == p).Select(x => Owned(Types[x.t], $"e{x.i}"));
            var others = Enumerable.Range(0, Types.Length).SelectMany(t => Enumerable.Range(0, Math.Max(0, counts[(p * Types.Length) + t] - 7)).Select(n => Owned(Types[t], $"p{p}x{n}")));
            OwnedIdentifier[] all = [.. ofEvent, .. others];
            return new CustomerFacts(PolicyTable.Id(p + 1), 1, created[p], all.CountBy(o => o.Identifier.Type).ToDictionary(), all.Length)
            {
                Identifiers = all,
                IsThird = thirds[p] == 0,
            };
        }).ToArray();
        var last = types.Length - 1;
        return [.. types
            .Select((t, i) => new Candidate(
                new(Types[t], $"e{i}"),
                owners[i] < 0 ? null : facts[owners[i]],
                owners[i] < 0 ? 0 : facts[owners[i]].Identifiers.First(o => o.Identifier.Value == $"e{i}").LinkedAtMs + (kind == 2 ? 500 : 0),
                FromAlias: kind == 0 && i == last && i > 0,
                FromLink: kind == 1 && i == last && i > 0))
            .OrderBy(c => c.FromAlias || c.FromLink).ThenBy(c => IdentityRules.Default.TypeOf(c.Identifier.Type).Priority).ThenBy(c => c.Identifier)];
    }

    private static CustomerId[] Members(IdentityPlan plan) => plan.Target is { } target ? [target, .. plan.Absorbed] : [];

    private static CustomerFacts[] Owners(Candidate[] candidates) => [.. candidates.Where(c => c.Owner is not null).Select(c => c.Owner!).DistinctBy(o => o.Id)];

    private static int Most(CustomerFacts[] members, Func<CustomerFacts, int> count) => members.Select(count).DefaultIfEmpty().Max();

    private sealed class Picks(int[] numbers)
    {
        private int _next;

        public T Of<T>(params T[] choices) => choices[numbers[_next++ % numbers.Length] % choices.Length];
    }
}
