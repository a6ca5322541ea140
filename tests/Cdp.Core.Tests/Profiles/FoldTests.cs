using System.Text;
using Cdp.Core.Profiles;
using Cdp.Core.Traits;

namespace Cdp.Core.Tests.Profiles;

/// <summary>What one event does to a part.</summary>
public sealed class FoldTests
{
    public static TheoryData<string, long, int, string> Winners => new()
    {
        { "the later time", 2, 0, "m" },
        { "the later time, whatever the priority", 2, -5, "a" },
        { "the higher priority of the same time", 1, 6, "a" },
        { "the greater message id of the same time and priority", 1, 5, "n" },
    };

    [Theory]
    [MemberData(nameof(Winners))]
    public void A_trait_goes_to(string rule, long at, int priority, string messageId)
    {
        var loser = Make.Identify(1, """{"plan":"old"}""", "m", 5);
        var winner = Make.Identify(at, """{"plan":"new"}""", messageId, priority);
        Assert.Equal(("\"new\"", rule), (Make.Part(loser, winner).Trait("plan"), rule));
        Assert.Equal(("\"new\"", rule), (Make.Part(winner, loser).Trait("plan"), rule));
    }

    [Fact]
    public void A_message_id_is_compared_ordinally() => Assert.Equal(
        "\"lower\"", Make.Part(Make.Identify(1, """{"x":"lower"}""", "a"), Make.Identify(1, """{"x":"upper"}""", "B")).Trait("x"));

    [Fact]
    public void Traits_are_decided_one_by_one()
    {
        var part = Make.Part(Make.Identify(5, """{"a":1,"b":1}"""), Make.Identify(3, """{"b":2,"c":2}"""));
        Assert.Equal(("1", "1", "2"), (part.Trait("a"), part.Trait("b"), part.Trait("c")));
        Assert.True(part.Traits.TryGetValue("c", out var register));
        Assert.Equal(new Origin(Make.Start + 3, 0, "m", "web"), register.Origin);
    }

    [Fact]
    public void Null_removes_a_trait_and_an_older_write_does_not_bring_it_back()
    {
        var part = Make.Part(Make.Identify(1, """{"plan":"pro"}"""), Make.Identify(5, """{"plan":null}"""), Make.Identify(4, """{"plan":"late"}"""));
        Assert.Equal("removed", part.Trait("plan"));
        part.Fold(Make.Identify(6, """{"plan":"again"}"""), Make.User);
        Assert.Equal("\"again\"", part.Trait("plan"));
    }

    [Fact]
    public void A_removal_that_arrives_late_removes_only_what_was_written_before_it()
    {
        Assert.Equal("1", Make.Part(Make.Identify(5, """{"x":1}"""), Make.Identify(4, """{"x":null}""")).Trait("x"));
        Assert.Equal("removed", Make.Part(Make.Identify(4, """{"x":null}"""), Make.Identify(3, """{"x":1}""")).Trait("x"));
    }

    [Theory]
    [InlineData("""{"x": {"a" : [1, 2 ]} }""", """{"a" : [1, 2 ]}""")]
    [InlineData("""{"x":""}""", "\"\"")]
    [InlineData("""{"x":1.50}""", "1.50")]
    [InlineData("""{"x":{"y":null}}""", """{"y":null}""")]
    [InlineData("""{"x":1,"x":2}""", "2")]
    [InlineData("""{"x":1,"x":null}""", "removed")]
    public void A_value_is_kept_as_it_was_sent_and_of_two_with_one_name_the_last(string traits, string value) =>
        Assert.Equal(value, Make.Part(Make.Identify(1, traits)).Trait("x"));

    [Fact]
    public void A_clock_set_to_2099_does_not_win_for_ever()
    {
        const long In2099 = 4_070_908_800_000 - Make.Start;
        var part = Make.Part(
            Make.Identify(In2099, """{"plan":"future"}""", received: 10), Make.Identify(11, """{"plan":"now"}"""), Make.Identify(9, """{"plan":"old"}"""));
        Assert.Equal("\"now\"", part.Trait("plan"));
        Assert.Equal((Make.Start + 9, Make.Start + 11), (part.FirstSeenMs, part.LastSeenMs));
        Assert.Equal(Make.Start + 10, Make.Part(Make.Identify(In2099, "{}", received: 10)).FirstSeenMs);
    }

    [Fact]
    public void Events_count_by_name_and_without_one_by_their_call()
    {
        var part = Make.Part(
            Make.Named(1, "1", "Order Completed"), Make.Named(2, "2", "Order Completed"), Make.Event(3, "3", call: "page"),
            Make.Event(4, "4", ",\"n\":\"Home\"", "screen"), Make.Event(5, "5", call: "identify"));
        Assert.Equal(
            ["Home=1", "Order Completed=2", "identify=1", "page=1"], part.Events.Select(e => $"{e.Key}={e.Value}"));
        Assert.Equal((5, 5), (part.EventCount, part.Folded));
    }

    [Fact]
    public void Of_more_than_a_thousand_names_the_first_thousand_are_counted_and_all_events_in_all()
    {
        var part = Make.Part(Enumerable.Range(0, 1_005).Select(i => Make.Named(i, $"m{i}", $"n{i}")));
        part.Fold(Make.Named(2_000, "again", "n7"), Make.User);
        part.Fold(Make.Named(2_001, "over", "n1003"), Make.User);
        Assert.Equal((ProfilePart.MaxEventNames, 1_007), (part.Events.Count, part.EventCount));
        Assert.True(part.Events.TryGetValue("n7", out var known));
        Assert.Equal(2, known);
        Assert.False(part.Events.TryGetValue("n1003", out _));
    }

    [Fact]
    public void First_and_last_touch_go_by_event_time_and_visits_without_one_change_nothing()
    {
        var part = Make.Part(
            Make.Page(5, "5", "https://x.test/?utm_source=b"), Make.Page(9, "9", "https://x.test/?utm_source=c"),
            Make.Page(1, "1", "https://x.test/?utm_source=a"), Make.Page(12, "12", "https://x.test/plain"), Make.Page(0, "0", "https://x.test/first"));
        Assert.Equal(("a", "c"), (part.FirstTouch!.Value.Value.Source, part.LastTouch!.Value.Value.Source));
        Assert.Equal("https://x.test/plain", part.LastPage!.Value.Value.Url);
    }

    [Fact]
    public void A_late_event_counts_and_moves_the_beginning_but_overwrites_nothing_newer()
    {
        var late = Make.Event(
            1, "late", ""","n":"X","context":{"ip":"10.0.0.1","device":{"id":"d1","model":"old"},"page":{"url":"https://x.test/old"}}""", received: 100);
        var part = Make.Part(
            Make.Event(50, "m", ""","n":"X","context":{"ip":"10.0.0.2","device":{"id":"d1","model":"new"},"page":{"url":"https://x.test/new"}}"""), late);
        Assert.Equal((Make.Start + 1, Make.Start + 50, 2), (part.FirstSeenMs, part.LastSeenMs, part.EventCount));
        Assert.Equal("new", Assert.Single(part.Devices!.Entries).Value.Model);
        Assert.Equal(["10.0.0.2", "10.0.0.1"], part.Ips!.Entries.Select(i => i.Key));
        Assert.True(part.Seen.Contains(late.MessageHash));
    }

    [Fact]
    public void Devices_and_addresses_keep_the_latest_only()
    {
        var part = Make.Part(Enumerable.Range(0, 60).Select(i =>
            Make.Event(i, $"m{i}", $$$""","context":{"ip":"10.0.0.{{{i}}}","device":{"id":"d{{{i}}}"}}""")));
        Assert.Equal((ProfilePart.MaxDevices, ProfilePart.MaxIps), (part.Devices!.Entries.Count, part.Ips!.Entries.Count));
        Assert.Equal(("d59", "d10"), (part.Devices.Entries[0].Key, part.Devices.Entries[^1].Key));
        Assert.Equal(("10.0.0.59", "10.0.0.40"), (part.Ips.Entries[0].Key, part.Ips.Entries[^1].Key));
    }

    [Fact]
    public void Traits_by_the_API_compete_like_any_others_and_are_no_event()
    {
        var part = Make.Part(Make.Identify(5, """{"plan":"pro"}"""));
        part.Patch(Encoding.UTF8.GetBytes("""{"plan":"older","vip":true}"""), Make.Origin(Make.Start + 4), WrittenRules.None);
        part.Patch(Encoding.UTF8.GetBytes("""{"vip":null}"""), Make.Origin(Make.Start + 6), WrittenRules.None);
        Assert.Equal(("\"pro\"", "removed"), (part.Trait("plan"), part.Trait("vip")));
        Assert.Equal((1, 3), (part.EventCount, part.Folded));
        Assert.Equal(Make.Start + 5, part.LastSeenMs);
    }
}
