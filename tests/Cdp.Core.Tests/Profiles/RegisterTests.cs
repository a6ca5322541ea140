using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Core.Tests.Profiles;

public sealed class RegisterTests
{
    public static TheoryData<Origin, Origin> Ordered => new()
    {
        { Make.Origin(1, 9, "z"), Make.Origin(2, 0, "a") },
        { Make.Origin(1, 0, "z"), Make.Origin(1, 1, "a") },
        { Make.Origin(1, 1, "Z"), Make.Origin(1, 1, "a") },
        { Make.Origin(1, 1, "m1"), Make.Origin(1, 1, "m10") },
        { Make.Origin(1, -1, "z"), Make.Origin(1, 0, "a") },
    };

    [Theory]
    [MemberData(nameof(Ordered))]
    public void Origins_order_by_time_then_priority_then_message(Origin lower, Origin higher)
    {
        Register<string>? low = new("low", lower), high = new("high", higher);
        Assert.True(lower < higher && lower <= higher && higher > lower && higher >= lower);
        Assert.Equal((high, high), (Register<string>.Latest(low, high), Register<string>.Latest(high, low)));
        Assert.Equal((low, low), (Register<string>.Earliest(low, high), Register<string>.Earliest(high, low)));
    }

    [Fact]
    public void A_missing_register_loses()
    {
        Register<string>? one = new("x", Make.Origin(1));
        Assert.Equal((one, one), (Register<string>.Latest(one, null), Register<string>.Latest(null, one)));
        Assert.Equal((one, one), (Register<string>.Earliest(one, null), Register<string>.Earliest(null, one)));
        Assert.Null(Register<string>.Latest(null, null));
        Assert.Null(Register<string>.Earliest(null, null));
    }

    [Fact]
    public void A_tie_leaves_what_was_there()
    {
        Register<string>? first = new("first", Make.Origin(1)), second = new("second", Make.Origin(1));
        Assert.Equal((first, first), (Register<string>.Latest(first, second), Register<string>.Earliest(first, second)));
    }

    [Fact]
    public void Two_parts_with_one_message_show_the_same_whichever_comes_first()
    {
        // The same message id, sent to two profiles with different contents before they merged.
        ProfilePart one = new(Make.Stream(1)), two = new(Make.Stream(2));
        one.Fold(Event("red"), Make.User);
        two.Fold(Event("blue"), Make.Browser);
        Assert.Equal(Show(Combined.Of([one, two])), Show(Combined.Of([two, one])));

        static Cdp.Core.Events.CustomerEvent Event(string value) => Make.Event(
            1, "m", $$$""","traits":{"x":"{{{value}}}"},"context":{"page":{"url":"https://x.test/?utm_source={{{value}}}"}}""", "identify");

        static (string, CustomerId, string?, string?, string?) Show(Combined c)
        {
            Assert.True(c.Traits.TryGetValue("x", out var trait));
            return (Convert.ToHexString(trait.Register.Value!), trait.Stream,
                c.FirstTouch?.Value.Source, c.LastTouch?.Value.Source, c.LastPage?.Value.Url);
        }
    }
}
