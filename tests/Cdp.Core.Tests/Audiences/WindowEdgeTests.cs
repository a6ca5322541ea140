using System.Globalization;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.State;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Audiences;

/// <summary>The very moment at which an event no longer counts.</summary>
public sealed class WindowEdgeTests
{
    [Theory]
    [InlineData("\"1m\"", "2026-01-31T12:00:00Z", "2026-01-31T12:01:00Z")]
    [InlineData("\"24h\"", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z")]
    // Rolling days are 24 hours, also over the night in which Europe changes its clocks and over a leap day.
    [InlineData("\"1d\"", "2026-03-28T12:00:00+01:00", "2026-03-29T13:00:00+02:00")]
    [InlineData("\"1d\"", "2026-10-24T12:00:00+02:00", "2026-10-25T11:00:00+01:00")]
    [InlineData("\"365d\"", "2027-03-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("\"365d\"", "2026-03-01T00:00:00Z", "2027-03-01T00:00:00Z")]
    [InlineData("\"1d\"", "2028-02-28T08:30:00Z", "2028-02-29T08:30:00Z")]
    [InlineData("\"2w\"", "2028-02-20T00:00:00Z", "2028-03-05T00:00:00Z")]
    // A day of Oslo has 23 hours on the last Sunday of March and 25 on that of October.
    [InlineData("""{"calendar":"day","zone":"Europe/Oslo"}""", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")]
    [InlineData("""{"calendar":"day","zone":"Europe/Oslo"}""", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")]
    [InlineData("""{"calendar":"day","zone":"Europe/Oslo"}""", "2026-10-25T23:59:59+01:00", "2026-10-26T00:00:00+01:00")]
    [InlineData("""{"calendar":"day","count":7,"zone":"Europe/Oslo"}""", "2026-03-25T10:00:00+01:00", "2026-04-01T00:00:00+02:00")]
    // In 2018 São Paulo skipped the midnight of the 4th of November: its day began at one o'clock.
    [InlineData("""{"calendar":"day","zone":"America/Sao_Paulo"}""", "2018-11-03T12:00:00-03:00", "2018-11-04T01:00:00-02:00")]
    // In 2018 it had the hour before the 18th of February's midnight twice; the midnight itself came once.
    [InlineData("""{"calendar":"day","zone":"America/Sao_Paulo"}""", "2018-02-17T12:00:00-02:00", "2018-02-18T00:00:00-03:00")]
    // Azores: the midnight of the 25th of October 2026 comes twice; the day begins with the first.
    [InlineData("""{"calendar":"day","zone":"Atlantic/Azores"}""", "2026-10-24T12:00:00+00:00", "2026-10-25T00:00:00+00:00")]
    [InlineData("""{"calendar":"month","zone":"UTC"}""", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData("""{"calendar":"month","count":3}""", "2027-12-31T23:59:59Z", "2028-03-01T00:00:00Z")]
    [InlineData("""{"calendar":"week","zone":"Europe/Oslo"}""", "2026-03-29T23:59:59+02:00", "2026-03-30T00:00:00+02:00")]
    [InlineData("""{"calendar":"year"}""", "2028-02-29T00:00:00Z", "2029-01-01T00:00:00Z")]
    public void An_event_counts_until_its_window_has_passed_and_not_a_millisecond_longer(string within, string at, string until)
    {
        var plan = Kit.Plan($$"""{"event":"Bought","within":{{within}}}""");
        var facts = Kit.Facts(After(plan, at));
        var due = Ms(until);
        Assert.Equal(new Verdict(true, due), plan.Judge(0, facts, Ms(at)));
        Assert.Equal(new Verdict(true, due), plan.Judge(0, facts, due - 1));
        Assert.Equal(Verdict.Always(false), plan.Judge(0, facts, due));
    }

    [Fact]
    public void Not_done_becomes_true_at_the_very_moment_and_stays()
    {
        var plan = Kit.Plan("""{"all":[{"event":"Bought"},{"event":"Bought","atMost":1,"within":"1h"}]}""");
        var facts = Kit.Facts(After(plan, "2026-01-01T10:00:00Z", "2026-01-01T10:10:00Z", "2026-01-01T10:20:00Z"));
        Assert.Equal(new Verdict(false, Ms("2026-01-01T11:10:00Z")), plan.Judge(0, facts, Ms("2026-01-01T10:20:00Z")));
        Assert.Equal(Verdict.Always(true), plan.Judge(0, facts, Ms("2026-01-01T11:10:00Z")));
    }

    [Theory]
    [InlineData("""{"all":[{"event":"Bought","atMost":0,"within":"1h"},{"event":"Bought","atMost":0,"within":"3h"},{"event":"Bought"}]}""", false, 3)]
    [InlineData("""{"all":[{"event":"Bought","within":"1h"},{"event":"Bought","within":"3h"}]}""", true, 1)]
    [InlineData("""{"any":[{"event":"Bought","within":"1h"},{"event":"Bought","within":"3h"},{"event":"Bought","atMost":0,"within":"1m"}]}""", true, 3)]
    [InlineData("""{"any":[{"event":"Bought","atMost":0,"within":"1h"},{"event":"Bought","atMost":0,"within":"3h"}]}""", false, 1)]
    [InlineData("""{"all":[{"event":"Bought","within":"1h"},{"event":"Viewed"}]}""", false, null)]
    [InlineData("""{"any":[{"event":"Bought","within":"1h"},{"event":"Bought"}]}""", true, null)]
    public void An_answer_stands_until_the_last_rule_that_decides_it_may_change(string rule, bool isMember, int? hours)
    {
        var plan = Kit.Plan(rule);
        var facts = Kit.Facts(After(plan, "2026-01-01T10:00:00Z"));
        var at = Ms("2026-01-01T10:00:00Z");
        Assert.Equal(new Verdict(isMember, hours is { } h ? at + (h * Make.Hour) : Verdict.Never), plan.Judge(0, facts, at));
    }

    [Theory]
    [InlineData("30d", 6 * 60)]
    [InlineData("90d", 24 * 60)]
    [InlineData("365d", 3 * 24 * 60)]
    [InlineData("7d", 60)]
    [InlineData("24h", 15)]
    [InlineData("1h", 1)]
    public void A_sum_over_a_window_ages_out_with_its_bucket(string within, int widthMinutes)
    {
        var plan = Kit.Plan("""{"computed":"c","op":"gte","value":1}""", $$"""{"id":"c","type":"count","event":"Bought","within":"{{within}}"}""");
        var at = Ms("2028-02-28T23:47:11.123Z");
        var width = widthMinutes * 60_000L;
        var due = (((at / width) + 1) * width) + Model.ModelValues.Length(within);
        var facts = Kit.Facts(After(plan, "2028-02-28T23:47:11.123Z"));
        Assert.Equal(new Verdict(true, due), plan.Judge(0, facts, at));
        Assert.Equal(Verdict.Always(false), plan.Judge(0, facts, due));
        Assert.Equal((1, due), (plan.Compute(0, facts.Windows, due - 1).Number, plan.Compute(0, facts.Windows, due - 1).UntilMs));
        Assert.Equal(0, plan.Compute(0, facts.Windows, due).Number);
    }

    [Fact]
    public void Days_since_are_looked_at_only_when_the_answer_changes()
    {
        var plan = Kit.Plan(["""{"computed":"c","op":"gt","value":30}""", """{"computed":"c","op":"eq","value":3}"""], """{"id":"c","type":"days_since","event":"Bought"}""");
        var facts = Kit.Facts(After(plan, "2028-02-01T06:00:00Z"));
        Assert.Equal(new Verdict(false, Ms("2028-03-02T06:00:00Z")), plan.Judge(0, facts, Ms("2028-02-01T06:00:00Z")));
        Assert.Equal(new Verdict(false, Ms("2028-03-03T06:00:00Z")), plan.Judge(0, facts, Ms("2028-03-02T06:00:00Z")));
        Assert.Equal(Verdict.Always(true), plan.Judge(0, facts, Ms("2028-03-03T06:00:00Z")));
        Assert.Equal(new Verdict(true, Ms("2028-02-05T06:00:00Z")), plan.Judge(1, facts, Ms("2028-02-04T06:00:00Z")));
        Assert.Equal(Verdict.Always(false), plan.Judge(1, facts, Ms("2028-02-05T06:00:00Z")));
    }

    [Fact]
    public void A_clock_that_is_behind_does_not_go_behind_the_latest_event()
    {
        var plan = Kit.Plan("""{"event":"Bought","atMost":0,"within":"1h"}""");
        var facts = Kit.Facts(After(plan, "2026-01-01T10:00:00Z"));
        Assert.Equal(new Verdict(false, Ms("2026-01-01T11:00:00Z")), plan.Judge(0, facts, Ms("2025-01-01T00:00:00Z")));
    }

    [Fact]
    public void An_event_ahead_of_its_arrival_counts_from_the_arrival()
    {
        var plan = Kit.Plan("""{"event":"Bought","within":"1h"}""");
        var state = plan.NewState();
        plan.Fold(state, Make.Event(10 * Make.Hour, "m", ",\"n\":\"Bought\"", received: 0));
        Assert.Equal(new Verdict(true, Make.Start + Make.Hour), plan.Judge(0, Kit.Facts(state), Make.Start));
    }

    private static long Ms(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static WindowState After(AudiencePlan plan, params string[] times)
    {
        var state = plan.NewState();
        foreach (var time in times) plan.Fold(state, Make.Named(Ms(time) - Make.Start, time, "Bought"));
        return state;
    }
}
