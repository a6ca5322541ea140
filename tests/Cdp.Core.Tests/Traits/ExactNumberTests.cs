using System.Globalization;
using System.Text;
using Cdp.Core.Traits;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Traits;

public sealed class ExactNumberTests
{
    private static readonly Arbitrary<string> Numbers = (
        from sign in Gen.Elements("", "-")
        from whole in Gen.Choose(0, 99_999)
        from decimals in Gen.Elements("", ".0", ".5", ".10", ".000001", ".123456789012345")
        from exponent in Gen.Elements("", "e0", "E+3", "e-7", "e12")
        select $"{sign}{whole}{decimals}{exponent}").ToArbitrary();

    // What System.Decimal adds without rounding.
    private static readonly Arbitrary<string> SmallNumbers = (
        from sign in Gen.Elements("", "-")
        from whole in Gen.Choose(0, 99_999)
        from decimals in Gen.Elements("", ".0", ".5", ".10", ".000001")
        from exponent in Gen.Elements("", "e0", "E+3", "e-7")
        select $"{sign}{whole}{decimals}{exponent}").ToArbitrary();

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("0.00", "0")]
    [InlineData("1.50", "1.5")]
    [InlineData("-12e2", "-1200")]
    [InlineData("1E-3", "0.001")]
    [InlineData("0.1e1", "1")]
    [InlineData("123456789012345678901", "123456789012345678901")]
    [InlineData("1e300", "1e300")]
    [InlineData("-2.5e-300", "-25e-301")]
    [InlineData("1e400", "1e400")]
    public void A_number_has_one_way_of_writing(string json, string written)
    {
        Assert.Equal(written, Parse(json).ToString());
        Assert.Equal(Parse(json), Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("1e401")]
    [InlineData("1e99999999999")]
    public void What_is_no_number_or_out_of_bounds_is_none(string json) => Assert.False(ExactNumber.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Hundred_digits_are_a_number_and_more_are_none()
    {
        Assert.True(ExactNumber.TryParse(Encoding.UTF8.GetBytes("-" + new string('9', 99) + ".9"), out _));
        Assert.False(ExactNumber.TryParse(Encoding.UTF8.GetBytes(new string('9', 103)), out _));
    }

    [Fact]
    public void A_tenth_ten_times_is_one() =>
        Assert.Equal("1", Enumerable.Repeat(Parse("0.1"), 10).Aggregate(ExactNumber.Zero, ExactNumber.Add).ToString());

    [Fact]
    public void A_sum_does_not_depend_on_order_or_grouping() => Prop.ForAll(Numbers, Numbers, Numbers, (a, b, c) =>
        (Parse(a) + Parse(b)) + Parse(c) == Parse(c) + (Parse(b) + Parse(a))).QuickCheckThrowOnFailure();

    [Fact]
    public void It_adds_and_compares_as_decimals_do() => Prop.ForAll(SmallNumbers, SmallNumbers, (a, b) =>
    {
        var (x, y) = (decimal.Parse(a, NumberStyles.Float, CultureInfo.InvariantCulture), decimal.Parse(b, NumberStyles.Float, CultureInfo.InvariantCulture));
        return Math.Sign(Parse(a).CompareTo(Parse(b))) == Math.Sign(x.CompareTo(y))
            && (Parse(a) == Parse(b)) == (x == y)
            && Parse((x + y).ToString(CultureInfo.InvariantCulture)) == Parse(a) + Parse(b);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_it_writes_reads_as_the_same() => Prop.ForAll(Numbers, a => Parse(Parse(a).ToString()) == Parse(a)).QuickCheckThrowOnFailure();

    private static ExactNumber Parse(string json)
    {
        Assert.True(ExactNumber.TryParse(Encoding.UTF8.GetBytes(json), out var number), json);
        return number;
    }
}
