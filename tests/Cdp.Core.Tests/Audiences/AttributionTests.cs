using Cdp.Core.Audiences.Attribution;
using Cdp.Core.Events;
using Cdp.Core.Tests.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Audiences;

/// <summary>Credit for conversions.</summary>
public sealed class AttributionTests
{
    private const long Day = 86_400_000;

    public static TheoryData<string, string> Models => new()
    {
        { "first", "1 0 0 0" },
        { "last", "0 0 0 1" },
        { "linear", "0.25 0.25 0.25 0.25" },
        { "position_based", "0.4 0.1 0.1 0.4" },
        // Touches 21, 14, 7 and 0 days before; half as much each 7 days: 1 2 4 8 fifteenths.
        { "time_decay", "0.066667 0.133333 0.266667 0.533333" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Each_model_shares_as_it_says(string name, string shares)
    {
        TouchPoint[] touches = [.. Enumerable.Range(0, 4).Select(i => Touch(i * 7 * Day, $"c{i}"))];
        var conversion = Assert.Single(Attributor.Credit(new(touches, [new(21 * Day, "x", "Order", 100)]), Model(name)));
        var wanted = shares.Split(' ').Select(decimal.Parse).ToArray();
        Assert.Equal(wanted.Where(s => s > 0), conversion.Credits.Select(c => c.Share));
        Assert.Equal(100, conversion.Credits.Sum(c => c.Value));
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "0.5 0.5")]
    [InlineData(3, "0.4 0.2 0.4")]
    public void Position_based_with_few_touches(int count, string shares)
    {
        TouchPoint[] touches = [.. Enumerable.Range(0, count).Select(i => Touch(i, $"c{i}"))];
        var credits = Attributor.Credit(new(touches, [new(Day, "x", "Order", 1)]), AttributionModel.PositionBased)[0].Credits;
        Assert.Equal(shares.Split(' ').Select(decimal.Parse), credits.Select(c => c.Share));
    }

    [Fact]
    public void Cents_are_neither_lost_nor_made()
    {
        TouchPoint[] touches = [.. Enumerable.Range(0, 3).Select(i => Touch(i, $"c{i}"))];
        var credits = Attributor.Credit(new(touches, [new(Day, "x", "Order", 100)]), AttributionModel.Linear)[0].Credits;
        Assert.Equal([33.34m, 33.33m, 33.33m], credits.Select(c => c.Value));
        Assert.Equal([0.333334m, 0.333333m, 0.333333m], credits.Select(c => c.Share));
        var back = Attributor.Credit(new(touches, [new(Day, "x", "Refund", -0.01m)]), AttributionModel.Linear)[0].Credits;
        Assert.Equal([-0.01m, 0, 0], back.Select(c => c.Value));
    }

    [Fact]
    public void Credits_add_up_to_one_and_to_the_value_whatever_the_touches()
    {
        var conversions = from cents in Gen.Choose(-1_000_000, 1_000_000) from at in Gen.Choose(0, 400) from digits in Gen.Choose(0, 6) select (cents, at, digits);
        Prop.ForAll(Gen.Choose(0, 400).ArrayOf().ToArbitrary(), conversions.ToArbitrary(), Gen.Elements("first", "last", "linear", "position_based", "time_decay").ToArbitrary(), (days, c, name) =>
        {
            TouchPoint[] touches = [.. days.Select((d, i) => Touch(d * Day, $"c{i}"))];
            var value = c.cents / 100m;
            var credits = Attributor.Credit(new(touches, [new(c.at * Day, "x", "Order", value)]), Model(name), valueDigits: c.digits)[0].Credits;
            var before = days.Count(d => d <= c.at);
            return before == 0 ? credits.Count == 0 : credits.Sum(x => x.Share) == 1 && credits.Sum(x => x.Value) == value && credits.All(x => x.Share >= 0 && x.Touch.AtMs <= c.at * Day);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void Only_touches_within_the_look_back_count()
    {
        var timeline = new AttributionTimeline([Touch(0, "old"), Touch(1, "new")], [new((30 * Day), "x", "Order", 5), new(31 * Day, "y", "Order", 5)]);
        var credits = Attributor.Credit(timeline, AttributionModel.First, TimeSpan.FromDays(30));
        Assert.Equal("new", Assert.Single(credits[0].Credits).Touch.Touch.Campaign);
        Assert.Empty(credits[1].Credits);
    }

    [Fact]
    public void The_timeline_is_the_same_in_every_order_and_counts_a_visit_once()
    {
        CustomerEvent[] events =
        [
            Page(0, "m1", "spring"), Page(60_000, "m2", "spring"), Page(29 * 60_000, "m3", "spring"), Page(30 * 60_000, "m4", "summer"), Page(90 * 60_000, "m5", "spring"),
            Make.Event(Day, "m6", ""","n":"Order Completed","properties":{"total":12.5}"""), Make.Event(Day, "m6", ""","n":"Order Completed","properties":{"total":12.5}"""),
            Make.Event(Day, "m7", ""","n":"Order Completed","properties":{"total":"12"}"""),
        ];
        foreach (var order in new[] { events, [.. events.Reverse()] })
        {
            var timeline = AttributionTimeline.Of(order, "Order Completed", "total");
            Assert.Equal([("spring", "m1"), ("summer", "m4"), ("spring", "m5")], timeline.Touches.Select(t => (t.Touch.Campaign!, t.MessageId)));
            Assert.Equal([12.5m, 0], timeline.Conversions.Select(c => c.Value));
        }

        var totals = Attributor.Totals(Attributor.Credit(AttributionTimeline.Of(events, "Order Completed", "total"), AttributionModel.Linear));
        Assert.Equal([("spring", 1.333334m, 8.33m), ("summer", 0.666666m, 4.17m)], totals.Select(t => (t.Campaign!, t.Conversions, t.Value)));
    }

    [Fact]
    public void A_half_life_of_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => AttributionModel.TimeDecay(TimeSpan.Zero));

    private static AttributionModel Model(string name) => name switch
    {
        "first" => AttributionModel.First,
        "last" => AttributionModel.Last,
        "linear" => AttributionModel.Linear,
        "position_based" => AttributionModel.PositionBased,
        _ => AttributionModel.TimeDecay(TimeSpan.FromDays(7)),
    };

    private static TouchPoint Touch(long at, string campaign) => new(at, $"t{campaign}", new("s", "m", campaign, null, null, null, null, null));

    private static CustomerEvent Page(long at, string messageId, string campaign) => Make.Page(at, messageId, $"https://shop.example/{messageId}?utm_source=s&utm_campaign={campaign}");
}
