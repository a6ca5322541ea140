using Cdp.Core.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Profiles;

public sealed class LatestSetTests
{
    [Fact]
    public void Over_its_capacity_it_keeps_the_latest_whatever_the_order_of_arrival()
    {
        (string Key, int At)[] seen = [("a", 1), ("b", 5), ("c", 3), ("d", 2), ("a", 6), ("e", 4)];
        foreach (var order in new[] { seen, [.. seen.Reverse()], [.. seen.OrderBy(s => s.At)] })
            Assert.Equal(["a6", "b5", "e4"], Show(Set(3, order.Select(s => (s.Key, s.At, "v")))));
    }

    [Fact]
    public void At_the_same_time_the_lower_key_comes_first_and_stays() =>
        Assert.Equal(["a1", "b1"], Show(Set(2, [("c", 1, "v"), ("b", 1, "v"), ("a", 1, "v")])));

    [Theory]
    [InlineData(5, 4, "first")]
    [InlineData(5, 6, "second")]
    public void A_key_has_the_value_that_was_seen_last(int first, int second, string value) =>
        Assert.Equal(value, Assert.Single(Set(3, [("k", first, "first"), ("k", second, "second")]).Entries).Value);

    [Fact]
    public void Two_values_of_one_key_at_one_time_do_not_depend_on_their_order()
    {
        Assert.Equal("y", Assert.Single(Set(3, [("k", 1, "x"), ("k", 1, "y")]).Entries).Value);
        Assert.Equal("y", Assert.Single(Set(3, [("k", 1, "y"), ("k", 1, "x")]).Entries).Value);
    }

    [Fact]
    public void It_holds_what_sorting_everything_would_give()
    {
        var seen = (
            from key in Gen.Choose(0, 9)
            from at in Gen.Choose(0, 9)
            from value in Gen.Choose(0, 2)
            select ($"k{key}", at, $"v{value}")).ArrayOf();
        Prop.ForAll(seen.ToArbitrary(), Gen.Choose(1, 6).ToArbitrary(), (all, capacity) =>
        {
            var expected = all.GroupBy(s => s.Item1)
                .Select(g => g.OrderByDescending(s => s.at).ThenByDescending(s => s.Item3, StringComparer.Ordinal).First())
                .OrderByDescending(s => s.at).ThenBy(s => s.Item1, StringComparer.Ordinal).Take(capacity)
                .Select(s => new LatestSet<string>.Entry(s.Item1, s.at, s.Item3));
            return Set(capacity, all).Entries.SequenceEqual(expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    private static LatestSet<string> Set(int capacity, IEnumerable<(string Key, int At, string Value)> seen)
    {
        var set = new LatestSet<string>(capacity);
        foreach (var (key, at, value) in seen) set.Add(key, at, value);
        return set;
    }

    private static IEnumerable<string> Show(LatestSet<string> set) => set.Entries.Select(e => $"{e.Key}{e.LastSeenMs}");
}
