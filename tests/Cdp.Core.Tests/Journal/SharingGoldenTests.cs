using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Core.Tests.Profiles;

namespace Cdp.Core.Tests.Journal;

/// <summary>Format version 1 of what policies add: shared, evicted and expired identifiers, and merges whose traits yield.</summary>
public sealed class SharingGoldenTests
{
    private const string File = "sharing-v1.json";

    private static readonly CustomerId One = Make.Stream(1), Two = Make.Stream(2), Third = Make.Stream(9);
    private static readonly Identifier Cookie = new("anonymous_id", "a2");

    private static readonly string[] Bodies =
        ["decided: shared, the target", "decided: shared, the owner", "decided: shared, the third", "decided: freed", "absorbed: traits yield", "state", "state: third"];

    public static TheoryData<string> Names => [.. Bodies];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_body_is_written_as_ever(string name) => Assert.Equal(GoldenFile.Body(File, name), Text(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_body_is_read_whole(string name)
    {
        var body = Encoding.UTF8.GetBytes(GoldenFile.Body(File, name));
        var again = name switch
        {
            "state" or "state: third" => StateCodec.Write(StateCodec.Read(body)),
            "absorbed: traits yield" => RecordCodec.Write(RecordCodec.ReadAbsorbed(body)),
            _ => RecordCodec.Write(RecordCodec.ReadDecided(body)),
        };
        Assert.Equal(GoldenFile.Body(File, name), Encoding.UTF8.GetString(again));
    }

    [Fact]
    public void Every_body_of_the_file_is_tested() => Assert.Equal(Bodies, GoldenFile.Names(File));

    [Fact]
    public void The_state_means_what_it_did()
    {
        var state = StateCodec.Read(Encoding.UTF8.GetBytes(GoldenFile.Body(File, "state")));
        var listed = Assert.Single(state.Listed);
        Assert.Equal((Cookie, Third, Two, "web"), (listed.Identifier, listed.Third, listed.Part, listed.Source));
        Assert.Equal((Make.Start, Make.Start + 20), (listed.LinkedAtMs, listed.LastSeenMs));
        Assert.False(state.IsThird || state.Links.ContainsKey(Cookie) || state.Links.ContainsKey(Make.Mail));
        Assert.Equal([new(One, Make.Start + 30)], state.Parts.Single(p => p.Stream == Two).Yields);
        Assert.Equal((true, false), (state.Own.IsIdentified, state.Parts.Single(p => p.Stream == Two).IsIdentified));

        var third = StateCodec.Read(Encoding.UTF8.GetBytes(GoldenFile.Body(File, "state: third")));
        Assert.True(third.IsThird && third.Links[Cookie].Part == Third);
        Assert.Equal(0, third.Own.EventCount);
    }

    private static string Text(string name) => Encoding.UTF8.GetString(name switch
    {
        "decided: shared, the target" => RecordCodec.Write(Target),
        "decided: shared, the owner" => RecordCodec.Write(Owner),
        "decided: shared, the third" => RecordCodec.Write(OfThird),
        "decided: freed" => RecordCodec.Write(Freed),
        "absorbed: traits yield" => RecordCodec.Write(new AbsorbedRecord(Two, 3, ReasonCodes.Merged, "m-4") { YieldsUntilMs = Make.Start + 30 }),
        _ => StateCodec.Write(State(name)),
    });

    private static DecidedRecord Target => new("m-1", [new(DecisionKind.Shared, Cookie, ReasonCodes.Shared, Third, new(One, Make.Start + 1, "app"))]);

    private static DecidedRecord Owner => new("m-1", [new(DecisionKind.Shared, Cookie, ReasonCodes.Shared, Third)]);

    private static DecidedRecord OfThird => new("m-1", [new(DecisionKind.Shared, Cookie, ReasonCodes.Shared, null, new(Third, Make.Start + 1, "app"))]);

    private static DecidedRecord Freed => new("m-2", [
        new(DecisionKind.Evicted, Make.Mail, ReasonCodes.Evicted),
        new(DecisionKind.Expired, Make.Browser, ReasonCodes.Expired),
    ]);

    private static CustomerState State(string name)
    {
        var state = new CustomerState(name == "state" ? One : Third);
        if (name != "state")
        {
            state.Evolve(1, Make.Start, OfThird);
            return state;
        }

        // The owner of a shared cookie is absorbed by somebody who loses two identifiers, with values that yield.
        var two = new CustomerState(Two);
        two.Evolve(1, Make.Start, Make.Links(Two, Cookie));
        two.Evolve(2, Make.Event(10, "m10", ",\"traits\":{\"plan\":\"free\"}", "identify", by: Cookie));
        two.Evolve(3, Make.Start, Owner);
        state.Evolve(1, Make.Start, Make.Links(One, Make.User, Make.Mail, Make.Browser));
        state.Evolve(2, Make.Event(5, "m5", ",\"usr\":true,\"traits\":{\"plan\":\"pro\"}", "identify", by: Make.User));
        state.Evolve(3, Make.Start + 30, two, Make.Start + 30);
        state.Evolve(4, Make.Start + 30, Freed);
        state.Evolve(5, Make.Event(20, "m20", by: [Make.User, Cookie]));
        return state;
    }
}
