using System.Globalization;
using System.Text.Json;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.State;
using Cdp.Core.Events;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Audiences;

/// <summary>What is kept has a bound, and within it neither order nor grouping makes a difference.</summary>
public sealed class BoundTests
{
    private const long Day = 86_400_000;

    [Fact]
    public void Of_the_times_of_an_event_the_newest_are_kept_in_whatever_order_they_came()
    {
        var plan = Kit.Plan("""{"event":"Bought","atLeast":1000,"within":"30d"}""");
        var events = Enumerable.Range(0, 3_000).Select(i => Bought(i, "{}")).ToArray();
        var state = Fold(plan, events);
        Assert.Equal(Kit.Bytes(state), Kit.Bytes(Fold(plan, Shuffled(events))));
        Assert.InRange(Kit.Bytes(state).Length, 1_000, 1_024 * 15);

        // The thousandth newest decides.
        var due = Make.Start + 2_000 + (30 * Day);
        Assert.Equal(new Verdict(true, due), plan.Judge(0, Kit.Facts(state), due - 1));
    }

    [Fact]
    public void Buckets_that_have_aged_out_are_forgotten()
    {
        var plan = Kit.Plan([], """{"id":"c","type":"sum","event":"Bought","property":"n","within":"90d"}""", """{"id":"u","type":"unique_count","event":"Bought","property":"n","within":"90d"}""");
        var state = plan.NewState();
        var longest = 0;
        for (var day = 0; day < 2_000; day++)
        {
            plan.Fold(state, Bought(day * Day, $"{{\"n\":{day + 1}}}"));
            longest = Math.Max(longest, Kit.Bytes(state).Length);
            Assert.Equal(Math.Min(day + 1, 91), plan.Compute(0, [state], Make.Start + (day * Day)).Number is { } sum ? Count(day + 1, sum) : 0);
        }

        Assert.InRange(longest, 1_000, 10_000);

        // From a sum of consecutive days to how many there were: n days that end with the last.
        static int Count(int last, decimal sum)
        {
            for (var n = 1; n <= last; n++)
            {
                if (Enumerable.Range(last - n + 1, n).Sum() == sum) return n;
            }

            return -1;
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(5_000)]
    public void Values_beyond_the_bound_are_sampled_and_the_sample_depends_on_neither_order_nor_grouping(int distinct)
    {
        var plan = Kit.Plan(
            [],
            """{"id":"n","type":"unique_count","event":"Bought","property":"sku"}""",
            """{"id":"l","type":"unique_list","event":"Bought","property":"sku","limit":128}""");
        var events = Enumerable.Range(0, distinct * 2).Select(i => Bought(i, $"{{\"sku\":\"s{i % distinct}\"}}")).ToArray();
        WindowState[] whole = [Fold(plan, events)];
        var mixed = Shuffled(events);
        WindowState[] parts = [Fold(plan, mixed[..(distinct / 3)]), Fold(plan, mixed[(distinct / 3)..distinct]), Fold(plan, mixed[distinct..])];
        Assert.Equal(Kit.Bytes(whole[0]), Kit.Bytes(Fold(plan, mixed)));
        for (var i = 0; i < 2; i++)
        {
            var value = plan.Compute(i, whole, Make.Start);
            Assert.Equal(value, plan.Compute(i, parts, Make.Start));
            Assert.Equal(value, plan.Compute(i, [.. parts.Reverse()], Make.Start));
            Assert.Equal(distinct > 128, value.IsEstimate);
        }

        var count = plan.Compute(0, whole, Make.Start).Number!.Value;
        Assert.InRange(count, distinct == 128 ? 128 : distinct * 0.7m, distinct == 128 ? 128 : distinct * 1.3m);
        using var list = JsonDocument.Parse(plan.Compute(1, whole, Make.Start).Json!);
        Assert.Equal(128, list.RootElement.GetArrayLength());
    }

    [Fact]
    public void Sums_of_amounts_are_exact_in_every_order()
    {
        var plan = Kit.Plan([], """{"id":"c","type":"sum","event":"Bought","property":"n"}""");
        var random = new Random(7);
        var amounts = Enumerable.Range(0, 2_000).Select(i => i % 3 == 0 ? 999_999_999_999_999.999999m : Math.Round((decimal)random.NextDouble(), 6) * (i % 2 == 0 ? 1 : -1)).ToArray();
        var events = amounts.Select((n, i) => Bought(i, string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{n}}}"))).ToArray();
        Assert.Equal(amounts.Sum(), plan.Compute(0, [Fold(plan, Shuffled(events))], Make.Start).Number);

        // What is too large, in quotes or no number at all is passed over.
        var odd = new[] { "1e16", "\"5\"", "true", "null", "1e400" }.Select((n, i) => Bought(i, $"{{\"n\":{n}}}"));
        Assert.Equal(0, plan.Compute(0, [Fold(plan, odd)], Make.Start).Number);
    }

    [Fact]
    public void A_sequence_that_was_found_is_not_lost_when_its_steps_come_again_and_again()
    {
        var plan = Kit.Plan("""{"sequence":[{"event":"Viewed"},{"event":"Bought"}],"in":"1h"}""");
        var state = Fold(plan, [Make.Named(0, "v", "Viewed"), Make.Named(1, "b", "Bought"), .. Enumerable.Range(1, 500).Select(i => Make.Named(i * Day, $"v{i}", "Viewed"))]);
        Assert.True(plan.Judge(0, Kit.Facts(state), Make.Start + (900 * Day)).IsMember);
        Assert.InRange(Kit.Bytes(state).Length, 100, 70 * 15);
    }

    [Fact]
    public void A_sequence_may_begin_in_one_part_and_end_in_another()
    {
        var plan = Kit.Plan("""{"sequence":[{"event":"Viewed"},{"event":"Added"},{"event":"Bought"}],"in":"1h","within":"7d"}""");
        var one = Fold(plan, [Make.Named(0, "v", "Viewed"), Make.Named(20 * 60_000, "b", "Bought")]);
        var two = Fold(plan, [Make.Named(10 * 60_000, "a", "Added")]);
        Assert.False(plan.Judge(0, Kit.Facts(one), Make.Start).IsMember);
        Assert.Equal(new Verdict(true, Make.Start + (20 * 60_000) + (7 * Day)), plan.Judge(0, Kit.Facts(one, two), Make.Start));
        Assert.Equal(new Verdict(true, Make.Start + (20 * 60_000) + (7 * Day)), plan.Judge(0, Kit.Facts(two, one), Make.Start));
        Assert.False(plan.Judge(0, Kit.Facts(two), Make.Start).IsMember);
    }

    private static WindowState Fold(AudiencePlan plan, IEnumerable<CustomerEvent> events)
    {
        var state = plan.NewState();
        foreach (var e in events) plan.Fold(state, e);
        return state;
    }

    private static CustomerEvent[] Shuffled(CustomerEvent[] events)
    {
        CustomerEvent[] mixed = [.. events];
        new Random(42).Shuffle(mixed);
        return mixed;
    }

    private static CustomerEvent Bought(long at, string properties) =>
        Make.Event(at, string.Create(CultureInfo.InvariantCulture, $"m{at}"), $",\"n\":\"Bought\",\"properties\":{properties}");
}
