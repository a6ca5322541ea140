using Cdp.Core.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Profiles;

public sealed class NameMapTests
{
    [Fact]
    public void It_holds_what_a_dictionary_holds_in_ordinal_order()
    {
        var names = Gen.Elements(
            "", "a", "A", "b", "ä", "é", "e\u0301", "10", "9", "z", "zz", "😀", "\uffff", "Order Completed", "order completed");
        var steps = (
            from name in names
            from number in Gen.Choose(0, 2_000)
            select (Name: number % 3 == 0 ? name + number : name, Value: number)).ArrayOf();
        Prop.ForAll(steps.ToArbitrary(), all =>
        {
            var map = new NameMap<int>();
            var model = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var (name, value) in all)
            {
                ref var place = ref map.ValueRefOrAddDefault(name, out var exists);
                if (exists != model.ContainsKey(name) || place != model.GetValueOrDefault(name)) return false;
                place += value;
                model[name] = model.GetValueOrDefault(name) + value;
                if (map.Count != model.Count) return false;
            }

            return map.SequenceEqual(model.OrderBy(m => m.Key, StringComparer.Ordinal))
                && all.Select(s => s.Name).Append("absent").All(
                    n => map.TryGetValue(n, out var value) == model.TryGetValue(n, out var other) && value == other);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(200));
    }

    [Fact]
    public void An_absent_name_has_no_value()
    {
        var map = new NameMap<string>();
        Assert.False(map.TryGetValue("x", out var value));
        Assert.Null(value);
        Assert.Empty(map);
    }
}
