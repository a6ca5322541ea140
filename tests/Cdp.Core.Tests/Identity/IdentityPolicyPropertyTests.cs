using Cdp.Core.Identity;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Identity;

/// <summary>What holds for every plan, over random facts: few customers, low limits, some of them exceeded already.</summary>
public sealed class IdentityPolicyPropertyTests
{
    private const int People = 4;

    private static readonly string[] Types = ["user_id", "crm_id", "email", "loyalty", "anonymous_id", "device_id"];

    private static readonly Gen<Candidate[]> Events =
        from created in Gen.Choose(0, 2).ArrayOf(People)
        from counts in Gen.Choose(0, 14).ArrayOf(People * Types.Length)
        from size in Gen.Choose(1, 6)
        from types in Gen.Choose(0, Types.Length - 1).ArrayOf(size)
        from owners in Gen.Choose(-3, People - 1).ArrayOf(size)
        from linkedAt in Gen.Choose(98, 102).ArrayOf(size)
        from alias in Gen.Choose(0, 3)
        select Make(created, counts, types, owners, linkedAt, alias == 0);

    private static readonly Arbitrary<(IdentityRules Rules, PolicyEvent Event, Candidate[] Candidates)> Inputs = (
        from cap in Gen.Elements(4, 8, 1_000)
        from flags in Gen.Choose(0, 3)
        from candidates in Events
        let rules = PolicyTable.Rules("email=2 loyalty=2 anonymous_id=3 device_id=2", cap)
        select (rules, new PolicyEvent(100, flags is 1, flags is 2), candidates)).ToArbitrary();

    private static readonly Arbitrary<int[]> Orders = Gen.Shuffle([0, 1, 2, 3]).ToArbitrary();

    [Fact]
    public void A_plan_is_a_pure_function() => Check((rules, e, candidates) =>
    {
        var before = Show(candidates);
        var plan = PolicyTable.Show(IdentityPolicy.Plan(rules, e, candidates));
        return plan == PolicyTable.Show(IdentityPolicy.Plan(rules, e with { }, [.. candidates])) && before == Show(candidates);
    });

    [Fact]
    public void Every_step_is_about_an_identifier_of_the_event_and_none_is_passed_over_silently() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        var members = Members(plan);
        var inOrder = candidates.Select(c => c.Identifier).Where(i => plan.Steps.Any(s => s.Identifier == i));
        return plan.Steps.Select(s => s.Identifier).SequenceEqual(inOrder)
            && candidates.All(c => plan.Steps.Any(s => s.Identifier == c.Identifier && s.Other == c.Owner?.Id)
                || (c.Owner is { } owner && members.Contains(owner.Id)));
    });

    [Fact]
    public void The_target_ends_up_owning_the_anchor() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        return candidates[0].Owner is { } owner
            ? Members(plan).Contains(owner.Id)
            : plan.Steps[0] is { Kind: StepKind.Link } first && first.Identifier == candidates[0].Identifier;
    });

    [Fact]
    public void A_move_takes_from_somebody_who_is_not_merged_and_nobody_is_absorbed_twice() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        return plan.Absorbed.Distinct().Count() == plan.Absorbed.Count && (plan.Target is not { } target || !plan.Absorbed.Contains(target))
            && plan.Steps.All(s => s.Kind != StepKind.Move || (s.Other is { } other && !Members(plan).Contains(other)))
            && (plan.Target is not null || plan.Absorbed.Count == 0);
    });

    [Fact]
    public void No_limit_is_newly_broken() => Check((rules, e, candidates) =>
    {
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        var members = Facts(candidates).Where(f => Members(plan).Contains(f.Id)).ToArray();
        var added = plan.Steps.Where(s => s.Kind != StepKind.Refuse).Select(s => s.Identifier.Type).ToArray();
        return Types.All(t => members.Sum(m => m.CountOf(t)) + added.Count(a => a == t) is var after
                && after <= Math.Max(rules.TypeOf(t).MaxPerProfile, Most(members, m => m.CountOf(t))))
            && members.Sum(m => m.IdentifierCount) + added.Length <= Math.Max(rules.MaxIdentifiersPerProfile, Most(members, m => m.IdentifierCount));
    });

    [Fact]
    public void Other_ids_of_the_owners_change_nothing_but_who_survives_a_tie() => Prop.ForAll(Inputs, Orders, (input, order) =>
    {
        var (rules, e, candidates) = input;
        CustomerId Renamed(CustomerId id) => PolicyTable.Id(order[PolicyTable.Number(id) - 1] + 1);
        var facts = Facts(candidates).ToDictionary(f => f.Id, f => f with { Id = Renamed(f.Id) });
        var plan = IdentityPolicy.Plan(rules, e, candidates);
        var renamed = IdentityPolicy.Plan(rules, e, [.. candidates.Select(c => c with { Owner = c.Owner is { } o ? facts[o.Id] : null })]);
        var sameSteps = plan.Steps.Select(s => s with { Other = s.Other is { } o ? Renamed(o) : null }).SequenceEqual(renamed.Steps);
        var sameMembers = Members(plan).Select(Renamed).Order().SequenceEqual(Members(renamed).Order());
        var oldest = facts.Values.Where(f => Members(renamed).Contains(f.Id)).OrderBy(f => f.CreatedAtMs).ToArray();
        var tie = oldest.Length > 1 && oldest[0].CreatedAtMs == oldest[1].CreatedAtMs;
        return sameSteps && sameMembers && (tie || (plan.Target is { } target ? Renamed(target) : (CustomerId?)null) == renamed.Target);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    [Fact]
    public void The_random_facts_reach_every_kind_of_plan()
    {
        var seen = new Dictionary<string, int>();
        Check((rules, e, candidates) =>
        {
            var plan = IdentityPolicy.Plan(rules, e, candidates);
            foreach (var code in plan.Steps.Select(s => s.Code)) seen[code] = seen.GetValueOrDefault(code) + 1;
            if (plan.Absorbed.Count > 0) seen["merge"] = seen.GetValueOrDefault("merge") + 1;
            if (plan.Absorbed.Count > 1) seen["several"] = seen.GetValueOrDefault("several") + 1;
            return true;
        });
        Assert.All(
            [
                "created", "linked", "moved", "merge", "several", "limit_reached", "profile_cap_reached", "kept_by_owner", "late_link", "alias_known_user",
                "shared_device",
            ],
            (string kind) => Assert.True(seen.GetValueOrDefault(kind) > 0, $"{kind}: {seen.GetValueOrDefault(kind)}"));
    }

    private static void Check(Func<IdentityRules, PolicyEvent, Candidate[], bool> holds) =>
        Prop.ForAll(Inputs, input => holds(input.Rules, input.Event, input.Candidates)).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    private static Candidate[] Make(int[] created, int[] counts, int[] types, int[] owners, int[] linkedAt, bool alias)
    {
        var facts = Enumerable.Range(0, People).Select(p =>
        {
            // Most counts are nothing; who owns an identifier of the event has at least that one.
            var byType = Enumerable.Range(0, Types.Length).ToDictionary(
                t => Types[t],
                t => Math.Max(counts[(p * Types.Length) + t] - 11, types.Where((type, i) => type == t && owners[i] == p).Count()));
            return new CustomerFacts(PolicyTable.Id(p + 1), 1, created[p], byType, byType.Values.Sum());
        }).ToArray();
        var last = types.Length - 1;
        return [.. types
            .Select((t, i) => new Candidate(
                new(Types[t], $"v{i}"), owners[i] < 0 ? null : facts[owners[i]], linkedAt[i], alias && i == last && i > 0))
            .OrderBy(c => c.FromAlias).ThenBy(c => IdentityRules.Default.TypeOf(c.Identifier.Type).Priority).ThenBy(c => c.Identifier)];
    }

    private static CustomerId[] Members(IdentityPlan plan) => plan.Target is { } target ? [target, .. plan.Absorbed] : [];

    private static CustomerFacts[] Facts(Candidate[] candidates) =>
        [.. candidates.Where(c => c.Owner is not null).Select(c => c.Owner!).DistinctBy(o => o.Id)];

    private static int Most(CustomerFacts[] members, Func<CustomerFacts, int> count) => members.Select(count).DefaultIfEmpty().Max();

    private static string Show(Candidate[] candidates) => string.Join(' ', candidates.Select(c =>
        $"{c.Identifier.Ref}={c.Owner?.Id}[{string.Join(',', c.Owner?.CountByType.Select(t => $"{t.Key}*{t.Value}") ?? [])}]"));
}
