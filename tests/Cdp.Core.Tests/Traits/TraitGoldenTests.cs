using System.Text;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Core.Tests.Journal;
using Cdp.Core.Tests.Profiles;
using Cdp.Core.Traits;

namespace Cdp.Core.Tests.Traits;

/// <summary>Format version 2: what is written where rules judge traits. What version 1 can say is still written as version 1.</summary>
public sealed class TraitGoldenTests
{
    private const string File = "traits-v2.json";

    private static readonly TraitRules Rules = new(
        new Dictionary<string, TraitRule>
        {
            ["points"] = new(TraitResolve.Sum),
            ["best"] = new(TraitResolve.Max),
            ["worst"] = new(TraitResolve.Min, true),
            ["since"] = new(TraitResolve.First),
            ["tags"] = new(TraitResolve.Union),
            ["tier"] = new(TraitResolve.SourcePriority) { Sources = ["crm", "web"] },
            ["name"] = new(TraitResolve.Latest, true),
        });

    [Theory]
    [InlineData("event")]
    [InlineData("patched")]
    [InlineData("snapshot")]
    public void A_body_is_written_as_ever_and_means_what_it_did(string name)
    {
        var golden = GoldenFile.Body(File, name);
        Assert.Equal(golden, Encoding.UTF8.GetString(Write(name)));
        var read = Encoding.UTF8.GetBytes(golden);
        switch (name)
        {
            case "event":
                var e = EventBody.Read(read);
                Assert.Equal(new TraitRule(TraitResolve.SourcePriority) { Sources = ["crm", "web"] }, e.TraitRules.For("tier"));
                Assert.Equal(new TraitRule(TraitResolve.Min, true), e.TraitRules.For("worst"));
                Assert.Equal(new TraitRule(TraitResolve.Latest, true), e.TraitRules.For("name"));
                Assert.Null(e.TraitRules.For("plain"));
                break;
            case "patched":
                Assert.Equal(new TraitRule(TraitResolve.Sum), RecordCodec.ReadPatched(read).Rules.For("points"));
                break;
            default:
                Assert.Equal(golden, StateCodec.Read(read).Bytes());
                Assert.Equal(
                    """{"best":"z","name":"Ann","plain":1,"points":7.25,"since":"2020","tags":["a","b",{"x":1}],"tier":"gold","worst":-3}""",
                    Traits(StateCodec.Read(read)));
                break;
        }
    }

    [Theory]
    [InlineData("""{"v":2,"id":"m","t":"identify","ts":1,"rx":2,"ids":[["user_id","u"]],"src":"s"}""")]
    [InlineData("""{"v":1,"id":"m","t":"identify","ts":1,"rx":2,"ids":[["user_id","u"]],"src":"s","res":{"a":["sum",0]}}""")]
    [InlineData("""{"v":2,"id":"m","t":"identify","ts":1,"rx":2,"ids":[["user_id","u"]],"src":"s","res":{"a":["ofTomorrow",0]}}""")]
    [InlineData("""{"v":2,"id":"m","t":"identify","ts":1,"rx":2,"ids":[["user_id","u"]],"src":"s","res":{"a":["sum"]}}""")]
    [InlineData("""{"v":2,"id":"m","t":"identify","ts":1,"rx":2,"ids":[["user_id","u"]],"src":"s","res":{"a":5}}""")]
    [InlineData("""{"v":2,"id":"m","t":"identify","ts":1,"rx":2,"ids":[["user_id","u"]],"src":"s","res":{"a":[5,"x"]}}""")]
    public void Rules_that_are_none_are_a_format_error_and_not_a_guess(string body) =>
        Assert.Throws<FormatException>(() => EventBody.Read(Encoding.UTF8.GetBytes(body)));

    private static byte[] Write(string name) => name switch
    {
        "event" => Event(1, """{"points":3,"best":"z","worst":"","since":"2020","tags":["a","b"],"tier":"gold","name":"Ann","plain":1}""", "crm").Body.ToArray(),
        "patched" => RecordCodec.Write(new PatchedRecord(new(Make.Start, 0, "api-1", "api"), """{"points":4}"""u8.ToArray()) { Rules = Rules.Of("""{"points":4}"""u8) }),
        _ => StateCodec.Write(State()),
    };

    private static CustomerState State()
    {
        var state = new CustomerState(Make.Stream(1));
        state.Evolve(1, Make.Start, Make.Links(state.Id, Make.User));
        state.Evolve(2, Event(1, """{"points":3,"best":"z","worst":"","since":"2020","tags":["a","b"],"tier":"gold","name":"Ann","plain":1}""", "crm"));
        state.Evolve(3, Event(2, """{"points":4.25,"best":100,"worst":-3,"since":"2021","tags":{"x":1.0},"tier":"silver","name":null}""", "web"));
        return state;
    }

    private static CustomerEvent Event(int second, string traits, string source) => EventParser.Parse(
        Encoding.UTF8.GetBytes(
            $$"""{"type":"identify","userId":"u1","messageId":"m{{second}}","timestamp":"{{DateTimeOffset.FromUnixTimeMilliseconds(Make.Start).AddSeconds(second):O}}","traits":{{traits}}}"""),
        new ParseContext(new IdentityRules { Traits = Rules }, new EventSource(source), Make.Start + Make.Hour)).Event!;

    private static string Traits(CustomerState state)
    {
        using var json = System.Text.Json.JsonDocument.Parse(state.View("shop", IdentityRules.Default)!.Json);
        return json.RootElement.GetProperty("traits").GetRawText();
    }
}
