using System.Text;
using Cdp.Core.Traits;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Traits;

public sealed class TraitOrderTests
{
    private static readonly string[] Ascending =
    [
        "false", "true", "-1e9", "-2.5", "-1", "0", "0.5", "1", "10", "1e3", "\"\"", "\"10\"", "\"2026-01-01\"", "\"2026-01-02T00:00:00Z\"", "\"A\"", "\"a\"", "\"\\u00e4\"",
        "[1]", "{\"a\":1}",
    ];

    private static readonly Arbitrary<string> Values = Gen.Elements([.. Ascending, "1.0", "1e0", "-0", "\"\\u0061\"", "[]", "1e999"]).ToArbitrary();

    [Fact]
    public void Values_come_in_their_order()
    {
        for (var i = 0; i < Ascending.Length; i++)
        {
            for (var j = 0; j < Ascending.Length; j++)
                Assert.True(Math.Sign(Compare(Ascending[i], Ascending[j])) == Math.Sign(i.CompareTo(j)), $"{Ascending[i]} and {Ascending[j]}");
        }
    }

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("100", "1e2")]
    [InlineData("0", "-0")]
    [InlineData("\"a\"", "\"\\u0061\"")]
    public void One_value_in_two_ways_of_writing_is_equal(string left, string right) => Assert.Equal(0, Compare(left, right));

    [Fact]
    public void The_order_is_total() => Prop.ForAll(Values, Values, Values, (a, b, c) =>
        Math.Sign(Compare(a, b)) == -Math.Sign(Compare(b, a))
        && (Compare(a, b) > 0 || Compare(b, c) > 0 || Compare(a, c) <= 0)).QuickCheckThrowOnFailure();

    private static int Compare(string left, string right) => TraitOrder.Compare(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
