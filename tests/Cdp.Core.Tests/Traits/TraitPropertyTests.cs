using System.Text;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Core.Tests.Profiles;
using Cdp.Core.Traits;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Traits;

/// <summary>What a profile shows depends on which writes came and by which rules they were judged, and on nothing else. Rules change from event to event.</summary>
public sealed class TraitPropertyTests
{
    private static readonly string[] Values =
        ["null", "\"\"", "[]", "1", "1.0", "2.50", "-3", "1e2", "\"a\"", "\"\\u0061\"", "\"b\"", "[\"a\",\"b\"]", "[1,\"a\",null,[2]]", "true", "{\"y\":1,\"x\":[2.0]}"];

    private static readonly TraitRule[] Rules =
    [
        new(TraitResolve.Latest), new(TraitResolve.Latest, true), new(TraitResolve.First), new(TraitResolve.Max), new(TraitResolve.Min, true), new(TraitResolve.Sum),
        new(TraitResolve.Union), new(TraitResolve.Union, true), new(TraitResolve.SourcePriority), new(TraitResolve.SourcePriority, true) { Sources = ["s2", "s0"] },
    ];

    /// <summary>One write: few names, times and values, so that ties and overwrites are common.</summary>
    public sealed record Step(int Stream, int Second, int Trait, int Value, int Rule, int Source, int Priority);

    // Two rules and four values to a history, so that writes meet each other under one rule with one value.
    private static readonly Arbitrary<Step[]> Histories = (
        from rules in Gen.Choose(0, Rules.Length - 1).ArrayOf(2)
        from values in Gen.Choose(0, Values.Length - 1).ArrayOf(4)
        from steps in (
            from stream in Gen.Choose(0, 3)
            from second in Gen.Choose(0, 6)
            from trait in Gen.Choose(0, 1)
            from value in Gen.Elements(values)
            from rule in Gen.Elements(rules)
            from source in Gen.Choose(0, 2)
            from priority in Gen.Choose(0, 1)
            select new Step(stream, second, trait, value, rule, source, priority)).ArrayOf()
        select steps).ToArbitrary();

    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, 1_000).ToArbitrary();

    [Fact]
    public void The_order_of_the_parts_makes_no_difference() => Prop.ForAll(Histories, Seeds, (steps, seed) =>
    {
        var parts = Parts(Numbered(steps));
        return Show(Combined.Of(parts)) == Show(Combined.Of(Shuffled(parts, seed)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_in_which_events_come_makes_no_difference() => Prop.ForAll(Histories, Seeds, (steps, seed) =>
    {
        var events = Numbered(steps);
        return Show(Combined.Of(Parts(events))) == Show(Combined.Of(Parts(Shuffled(events, seed))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Splitting_a_history_over_parts_shows_the_same_as_one_part_with_all_of_it() => Prop.ForAll(Histories, steps =>
    {
        var events = Numbered(steps);
        var whole = Parts([.. events.Select(e => e with { Step = e.Step with { Stream = 0 } })]);
        return Show(Combined.Of(Parts(events)), streams: false) == Show(Combined.Of(whole), streams: false);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_profile_shows_what_a_reading_of_all_its_writes_says() => Prop.ForAll(Histories, steps =>
    {
        var events = Numbered(steps);
        var shown = Combined.Of(Parts(events));
        return Enumerable.Range(0, 2).All(t =>
        {
            var expected = TraitModel.Show([.. events.Where(e => e.Step.Trait == t).Select(e => new TraitModel.Write(
                Values[e.Step.Value], Rules[e.Step.Rule], new Origin(Make.Start + (e.Step.Second * 1000), e.Step.Priority, $"m{e.Number}", $"s{e.Step.Source}")))]);
            var actual = shown.Traits.TryGetValue($"t{t}", out var trait)
                ? new TraitModel.Shown(trait.Register.Value is { } value ? Encoding.UTF8.GetString(value) : null, trait.Register.Origin, shown.Resolved.GetValueOrDefault($"t{t}"))
                : null;
            return expected == actual;
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Taking_a_part_out_again_leaves_what_was_there_without_it() => Prop.ForAll(Histories, steps =>
    {
        var events = Numbered(steps);
        var (all, others) = (Parts(events), Parts([.. events.Where(e => e.Step.Stream != 3)]));
        _ = Show(Combined.Of(all));
        return Show(Combined.Of([.. all.Where(p => p.Stream != Make.Stream(4))])) == Show(Combined.Of([.. others.Where(p => p.Stream != Make.Stream(4))]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_replay_of_the_journal_and_a_snapshot_show_what_was_in_memory() => Prop.ForAll(Histories, steps =>
    {
        var (live, replayed) = (State(), State());
        foreach (var item in Numbered(steps))
        {
            var e = Event(item);
            live.Evolve(live.Version + 1, e);
            replayed.Evolve(replayed.Version + 1, EventBody.Read(e.Body.ToArray()));
        }

        var stored = StateCodec.Read(StateCodec.Write(live));
        return live.Bytes() == replayed.Bytes() && live.Bytes() == stored.Bytes() && Shown(live) == Shown(replayed) && Shown(live) == Shown(stored);
    }).QuickCheckThrowOnFailure();

    /// <summary>Streams 0 to 3 stand for events that are not stored any more, that stay (1, 2), and that leave (3).</summary>
    [Fact]
    public void A_sum_is_exact_when_events_leave_a_part_whose_oldest_are_not_stored_any_more() => Prop.ForAll(Histories, steps =>
    {
        var events = Numbered([.. steps.Select(s => s with { Rule = 5 })]);
        var (old, part, expected) = (Part(events), Part(events.Where(e => e.Step.Stream is 1 or 2)), Part(events.Where(e => e.Step.Stream != 3)));
        HashSet<string> stored = [.. events.Where(e => e.Step.Stream != 0).Select(e => $"m{e.Number}")];
        TraitRemainder.Keep(part, old, events.Where(e => e.Step.Stream == 3).Select(Event), o => !stored.Contains(o.MessageId));
        return Enumerable.Range(0, 2).All(t => SumOf(part, t) == SumOf(expected, t));

        static ExactNumber SumOf(ProfilePart of, int t) =>
            of.Aggregates is { } all && all.TryGetValue($"t{t}", out var aggregate) ? aggregate!.Sum ?? ExactNumber.Zero : ExactNumber.Zero;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_decided_stays_when_it_is_not_stored_and_others_leave() => Prop.ForAll(Histories, steps =>
    {
        var events = Numbered(steps);
        var (old, part, expected) = (Part(events), Part(events.Where(e => e.Step.Stream is 1 or 2)), Part(events.Where(e => e.Step.Stream != 3)));
        HashSet<string> stored = [.. events.Where(e => e.Step.Stream != 0).Select(e => $"m{e.Number}")];
        TraitRemainder.Keep(part, old, events.Where(e => e.Step.Stream == 3).Select(Event), o => !stored.Contains(o.MessageId));

        // Where nothing that leaves had decided anything, everything is as if it had never come.
        return (old.Aggregates ?? []).All(a => Decided(a.Value).Any(o => IsLeaving(o, events)) || (part.Aggregates!.TryGetValue(a.Key, out var kept)
            && expected.Aggregates!.TryGetValue(a.Key, out var whole) && Equal(kept!, whole!)));

        static IEnumerable<Origin> Decided(TraitAggregate a) =>
            new[] { a.Last.Origin, a.First?.Origin, a.Max?.Origin, a.Min?.Origin, a.Best?.Register.Origin }.OfType<Origin>();
        static bool IsLeaving(Origin origin, Item[] events) => events.Single(e => $"m{e.Number}" == origin.MessageId).Step.Stream == 3;
        static bool Equal(TraitAggregate a, TraitAggregate b) => Decided(a).SequenceEqual(Decided(b)) && (a.Sum ?? ExactNumber.Zero) == (b.Sum ?? ExactNumber.Zero);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Without_rules_nothing_is_kept_or_recorded_beside_the_latest_value() => Prop.ForAll(Histories, steps =>
    {
        var events = Numbered([.. steps.Select(s => s with { Rule = 0 })]);
        return Parts(events).All(p => p.Aggregates is null)
            && events.All(e => !Encoding.UTF8.GetString(Event(e).Body.Span).Contains("\"res\"", StringComparison.Ordinal));
    }).QuickCheckThrowOnFailure();

    private sealed record Item(int Number, Step Step);

    private static Item[] Numbered(Step[] steps) => [.. steps.Select((s, i) => new Item(i, s))];

    private static T[] Shuffled<T>(IReadOnlyCollection<T> items, int seed)
    {
        T[] all = [.. items];
        new Random(seed).Shuffle(all);
        return all;
    }

    private static ProfilePart Part(IEnumerable<Item> events)
    {
        var part = new ProfilePart(Make.Stream(1));
        foreach (var item in events)
        {
            var e = Event(item);
            part.Fold(e, e.Identifiers[0]);
        }

        return part;
    }

    private static ProfilePart[] Parts(Item[] events)
    {
        var parts = Enumerable.Range(1, 4).Select(i => new ProfilePart(Make.Stream(i))).ToArray();
        foreach (var item in events)
        {
            var e = Event(item);
            parts[item.Step.Stream].Fold(e, e.Identifiers[0]);
        }

        return parts;
    }

    private static CustomerEvent Event(Item item)
    {
        var step = item.Step;
        var json = $$$"""
            {"type":"identify","userId":"u1","messageId":"m{{{item.Number}}}","timestamp":"{{{DateTimeOffset.FromUnixTimeMilliseconds(Make.Start).AddSeconds(step.Second):O}}}",
             "traits":{"t{{{step.Trait}}}":{{{Values[step.Value]}}}}}
            """;
        var rules = new IdentityRules { Traits = new TraitRules(new Dictionary<string, TraitRule> { [$"t{step.Trait}"] = Rules[step.Rule] }) };
        return EventParser.Parse(Encoding.UTF8.GetBytes(json), new ParseContext(rules, new EventSource($"s{step.Source}", step.Priority), Make.Start + Make.Hour)).Event!;
    }

    private static CustomerState State()
    {
        var state = new CustomerState(Make.Stream(1));
        state.Evolve(1, Make.Start, Make.Links(state.Id, Make.User));
        return state;
    }

    private static string Shown(CustomerState state) => Encoding.UTF8.GetString(state.View("shop", IdentityRules.Default)!.Json) + Encoding.UTF8.GetString(state.Provenance(state.Version)!);

    private static string Show(Combined c, bool streams = true)
    {
        var text = new StringBuilder();
        foreach (var (name, (register, stream)) in c.Traits)
        {
            text.Append(name).Append('=').Append(register.Value is null ? "-" : Encoding.UTF8.GetString(register.Value)).Append(register.Origin)
                .Append(c.Resolved.GetValueOrDefault(name)).Append(streams ? stream : null).AppendLine();
        }

        return text.ToString();
    }
}
