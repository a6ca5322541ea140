using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Journal;

/// <summary>A snapshot, format version 1: everything that a customer can hold.</summary>
public sealed class SnapshotGoldenTests
{
    private const string File = "snapshot-v1.json";

    private static readonly CustomerId One = Make.Stream(1), Two = Make.Stream(2), Three = Make.Stream(3);

    private static readonly string[] States = ["full", "merged", "erased", "empty"];

    public static TheoryData<string> Names => [.. States];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_is_written_as_ever(string name) => Assert.Equal(GoldenFile.Body(File, name), State(name).Bytes());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_is_read_whole(string name)
    {
        var body = GoldenFile.Body(File, name);
        Assert.Equal(body, StateCodec.Read(Encoding.UTF8.GetBytes(body)).Bytes());
    }

    [Fact]
    public void Every_state_of_the_file_is_tested() => Assert.Equal(States, GoldenFile.Names(File));

    [Fact]
    public void The_full_state_means_what_it_did()
    {
        var state = StateCodec.Read(Encoding.UTF8.GetBytes(GoldenFile.Body(File, "full")));
        Assert.Equal((One, 6, CustomerStatus.Live, null), (state.Id, state.Version, state.Status, state.Successor));
        Assert.Equal(Make.Start + Make.Hour, state.UpdatedAtMs);
        Assert.Equal([(Two, 5), (Three, 3)], state.Absorbed);
        Assert.Equal(["anonymous_id:a1", "anonymous_id:a2", "email:e@example.test", "user_id:u1"], state.Links.Keys.Order().Select(i => i.Ref));
        var (mail, browser) = (state.Links[Make.Mail], state.Links[Make.Browser]);
        Assert.Equal((One, new Epoch(One, 1), Make.Start - 7), (mail.Part, mail.Epoch, mail.NotBeforeMs!.Value));
        Assert.Equal((Two, new Epoch(One, 5), Make.Start, "web"), (browser.Part, browser.Epoch, browser.LinkedAtMs, browser.Source));
        Assert.Equal((Make.Start + 10, null), (browser.LastSeenMs, browser.NotBeforeMs));
        Assert.True(state.Remembers(new("email", "blocked@example.test"), ReasonCodes.KeptByOwner));
        Assert.Equal(Make.Start + 5, state.CreatedAtMs);
        string[] seen = ["m2", "m10", "m5"];
        foreach (var messageId in seen) Assert.True(state.HasSeen(Make.Event(1, messageId).MessageHash), messageId);
        Assert.False(state.HasSeen(Make.Event(1, "m3").MessageHash));
        Assert.Equal(Make.Event(1, "m10").MessageHash, Assert.Single(state.SeenBy(Make.Browser)).Hash);

        var own = state.Own;
        Assert.Equal(("\"pro \\u00fc\"", "removed", """{"a": [1.50]}""", "true"), (own.Trait("plan"), own.Trait("gone"), own.Trait("raw"), own.Trait("vip")));
        Assert.True(own.Traits.TryGetValue("vip", out var vip) && own.Traits.TryGetValue("plan", out var plan) && plan.Origin.Priority == 3);
        Assert.Equal(new Origin(Make.Start + 30, 0, "api-1", "api"), vip.Origin);
        Assert.Equal((1, 2, Make.Start + 20, Make.Start + 20), (own.EventCount, own.Folded, own.FirstSeenMs, own.LastSeenMs));
        Assert.Equal(("news", "gclid:id-1"), (own.FirstTouch!.Value.Value.Source, own.FirstTouch.Value.Value.ClickId));
        Assert.Equal(own.FirstTouch, own.LastTouch);
        Assert.Equal(("https://x.test/?utm_source=news&gclid=id-1", "Über"), (own.LastPage!.Value.Value.Url, own.LastPage.Value.Value.Title));
        var device = Assert.Single(own.Devices!.Entries);
        Assert.Equal(("d1", Make.Start + 20, "ios", "iOS 26", "UA"), (device.Key, device.LastSeenMs, device.Value.Type, device.Value.Os, device.Value.UserAgent));
        Assert.Equal("10.0.0.1", Assert.Single(own.Ips!.Entries).Value);
        var two = state.Parts.Single(p => p.Stream == Two);
        Assert.Equal(["Order Completed=1"], two.Events.Select(e => $"{e.Key}={e.Value}"));
        Assert.Null(two.Devices);
    }

    private static CustomerState State(string name)
    {
        var state = new CustomerState(One);
        switch (name)
        {
            case "full":
                Fill(state);
                break;
            case "merged":
                state.Evolve(1, Make.Start, Make.Links(One, Make.User));
                state.Evolve(2, Make.Event(1, "m1"));
                state.End(3, Make.Start + 2, Two);
                break;
            case "erased":
                state.End(9, Make.Start + 2, null);
                break;
        }

        return state;
    }

    private static void Fill(CustomerState state)
    {
        var (two, three) = (new CustomerState(Two), new CustomerState(Three));
        three.Evolve(1, Make.Start, Make.Links(Three, new Identifier("anonymous_id", "a2")));
        three.Evolve(2, Make.Event(5, "m5", call: "page", by: new Identifier("anonymous_id", "a2")));
        two.Evolve(1, Make.Start, Make.Links(Two, Make.Browser));
        two.Evolve(2, Make.Event(10, "m10", ",\"n\":\"Order Completed\"", by: Make.Browser));
        two.Evolve(3, new PatchedRecord(Make.Origin(Make.Start + 11, 0, "api-0"), """{"plan":"free"}"""u8.ToArray()));
        two.Evolve(4, Make.Start + 12, three);

        state.Evolve(1, Make.Start, new DecidedRecord("m2", [
            new(DecisionKind.Linked, Make.User, ReasonCodes.Created, null, new(One, Make.Start, "web")),
            new(DecisionKind.Linked, Make.Mail, ReasonCodes.Linked, null, new(One, Make.Start, "crm", Make.Start - 7)),
        ]));
        state.Evolve(2, Make.Start, new DecidedRecord("m2", [
            new(DecisionKind.Refused, new("email", "blocked@example.test"), ReasonCodes.KeptByOwner, Make.Stream(7)),
        ]));
        state.Evolve(3, Make.Event(
            20,
            "m2",
            """
            ,"traits":{"plan":"pro \u00fc","gone":null,"raw":{"a": [1.50]}},"context":{"ip":"10.0.0.1","userAgent":"UA","os":{"name":"iOS","version":"26"},
            "device":{"id":"d1","type":"ios","manufacturer":"Apple","model":"X"},
            "page":{"url":"https://x.test/?utm_source=news&gclid=id-1","path":"/","title":"Über","referrer":"https://news.test/"}}
            """,
            "identify",
            priority: 3,
            by: [Make.User, Make.Mail]));
        state.Evolve(4, new PatchedRecord(new(Make.Start + 30, 0, "api-1", "api"), """{"vip":true}"""u8.ToArray()));
        state.Evolve(5, Make.Start + 40, two);
        state.Evolve(6, Make.Start + Make.Hour, new DecidedRecord(null, [new(DecisionKind.Refused, new("phone", "+442079460958"), ReasonCodes.RefusedLimit)]));
    }
}
