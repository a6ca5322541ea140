using System.Text;
using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Profiles;

/// <summary>Design.md section 4: combining the parts of a profile is commutative, associative and idempotent.</summary>
public sealed class CombinedPropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One event of a generated history: few names and times, so that ties and overwrites are common.</summary>
    public sealed record Step(int Stream, int Second, int Trait, int? Value, int Page, int Device, int Priority);

    private static readonly Gen<Step> Steps =
        from stream in Gen.Choose(0, 4)
        from second in Gen.Choose(0, 8)
        from trait in Gen.Choose(0, 4)
        from value in Gen.Choose(-1, 5)
        from page in Gen.Choose(0, 3)
        from device in Gen.Choose(0, 70)
        from priority in Gen.Choose(0, 1)
        select new Step(stream, second, trait, value < 0 ? null : value, page, device, priority);

    private static readonly Arbitrary<Step[]> Histories = Steps.ArrayOf().ToArbitrary();

    [Fact]
    public void The_order_of_the_parts_makes_no_difference() => Prop.ForAll(Histories, Gen.Choose(0, 119).ToArbitrary(), (steps, shuffle) =>
    {
        var parts = Parts(steps);
        var random = new Random(shuffle);
        return Show(Combined.Of(parts)) == Show(Combined.Of([.. parts.OrderBy(_ => random.Next())]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Joining_sets_of_parts_is_commutative() => Prop.ForAll(Histories, Histories, (left, right) =>
        Show(Combined.Join(Set(left), Set(left, right))) == Show(Combined.Join(Set(left, right), Set(left)))).QuickCheckThrowOnFailure();

    [Fact]
    public void Joining_sets_of_parts_is_associative() => Prop.ForAll(Histories, Histories, Histories, (a, b, c) =>
    {
        var (one, two, three) = (Set(a), Set(a, b), Set(a, b, c));
        return Show(Combined.Join(Combined.Join(three, one), two)) == Show(Combined.Join(three, Combined.Join(one, two)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Joining_a_set_of_parts_with_what_it_contains_changes_nothing() => Prop.ForAll(Histories, Histories, (first, then) =>
    {
        var all = Set(first, then);
        return Show(Combined.Join(all, all)) == Show(all) && Show(Combined.Join(all, Set(first))) == Show(all);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Splitting_a_history_over_parts_shows_the_same_as_one_part_with_all_of_it() => Prop.ForAll(Histories, steps =>
    {
        var distinct = steps.Select((s, i) => (Step: s, Index: i)).ToArray();
        var whole = new ProfilePart(Stream(0));
        foreach (var (step, index) in distinct) Fold(whole, step, index);
        return Values(Combined.Of(Parts(steps))) == Values(Combined.Of([whole]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_union_of_latest_sets_does_not_depend_on_the_grouping()
    {
        var entries = (from key in Gen.Choose(0, 6) from at in Gen.Choose(0, 4) from value in Gen.Choose(0, 2) select (key, at, value)).ArrayOf();
        Prop.ForAll(entries.ToArbitrary(), entries.ToArbitrary(), entries.ToArbitrary(), (a, b, c) =>
        {
            var (x, y, z) = (SetOf(a), SetOf(b), SetOf(c));
            var left = LatestSet<string>.Union(LatestSet<string>.Union(x, y), z).Entries;
            var right = LatestSet<string>.Union(z, LatestSet<string>.Union(y, x)).Entries;
            return left.SequenceEqual(right) && LatestSet<string>.Union(x, x).Entries.SequenceEqual(x.Entries);
        }).QuickCheckThrowOnFailure();

        static LatestSet<string> SetOf((int Key, int At, int Value)[] entries)
        {
            var set = new LatestSet<string>(3);
            foreach (var (key, at, value) in entries) set.Add($"k{key}", at, $"v{value}");
            return set;
        }
    }

    private static CustomerId Stream(int number) => new(new Guid(number + 1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    private static IReadOnlyCollection<ProfilePart> Parts(params Step[][] histories)
    {
        var parts = Enumerable.Range(0, 5).Select(i => new ProfilePart(Stream(i))).ToArray();
        var index = 0;
        foreach (var step in histories.SelectMany(h => h)) Fold(parts[step.Stream], step, index++);
        return parts;
    }

    private static Dictionary<CustomerId, ProfilePart> Set(params Step[][] histories) => Parts(histories).ToDictionary(p => p.Stream);

    private static void Fold(ProfilePart part, Step step, int index)
    {
        var json = $$$"""
            {"type":"identify","userId":"u","messageId":"m{{{index}}}","timestamp":"{{{Start.AddSeconds(step.Second):O}}}",
             "traits":{"t{{{step.Trait}}}":{{{step.Value?.ToString() ?? "null"}}}},
             "context":{"ip":"10.0.0.{{{step.Device}}}","device":{"id":"d{{{step.Device}}}"} ,"page":{"url":"https://x/{{{step.Page}}}?utm_source=s{{{step.Page}}}"} } }
            """;
        using var document = JsonDocument.Parse(json);
        var context = new ParseContext(IdentityRules.Default, new EventSource("s", step.Priority), Start.AddDays(1).ToUnixTimeMilliseconds());
        var e = EventParser.Parse(document.RootElement, context).Event!;
        part.Fold(e, e.Identifiers[0]);
    }

    private static string Show(IReadOnlyDictionary<CustomerId, ProfilePart> set) => Show(Combined.Of([.. set.Values]));

    private static string Show(Combined c) => Values(c) + string.Join(',', c.Traits.OrderBy(t => t.Key).Select(t => t.Value.Stream));

    private static string Values(Combined c)
    {
        var text = new StringBuilder();
        foreach (var (name, (register, _)) in c.Traits.OrderBy(t => t.Key, StringComparer.Ordinal))
            text.Append(name).Append('=').Append(register.Value is null ? "-" : Encoding.UTF8.GetString(register.Value)).Append(register.Origin);
        foreach (var (name, count) in c.Events.OrderBy(e => e.Key, StringComparer.Ordinal)) text.Append(name).Append(count);
        return text.Append(c.EventCount).Append(c.FirstSeenMs).Append(c.LastSeenMs).Append(c.FirstTouch).Append(c.LastTouch).Append(c.LastPage)
            .AppendJoin(';', c.Devices.Entries).AppendJoin(';', c.Ips.Entries).ToString();
    }
}
