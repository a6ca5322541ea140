using System.Text;
using System.Text.Json;
using Cdp.Core.Events;

namespace Cdp.Core.Tests.Events;

public class EventBodyTests
{
    public static TheoryData<string> Names => [.. Golden().Select(g => g.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_format_of_version_1_never_changes(string name)
    {
        var golden = Golden().Single(g => g.GetProperty("name").GetString() == name);
        var parsed = EventParser.Parse(golden.GetProperty("event"), Context(golden));
        Assert.Null(parsed.Rejection);
        Assert.Equal(golden.GetProperty("body").GetString(), parsed.Event!.Body.Text());
        SameEvent.Check(parsed.Event, EventBody.Read(Encoding.UTF8.GetBytes(golden.GetProperty("body").GetString()!)));
    }

    [Fact]
    public void A_body_is_not_larger_than_its_content()
    {
        var e = Parsing.Accept(Parsing.Track());
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(e.Body, out var array));
        Assert.Equal(array.Array!.Length, e.Body.Length);
    }

    [Fact]
    public void Fields_of_a_later_release_are_passed_over() => Assert.Equal(
        "m", EventBody.Read("""{"v":1,"new":{"x":[1]},"id":"m","t":"track","ts":1,"rx":2,"ids":[["user_id","u",1]],"src":"s"}"""u8.ToArray()).MessageId);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("""{"v":2,"id":"m","t":"track","ids":[],"src":"s"}""")]
    [InlineData("""{"v":1,"t":"track","ids":[],"src":"s"}""")]
    [InlineData("""{"v":1,"id":"m","t":"nope","ids":[],"src":"s"}""")]
    [InlineData("""{"v":1,"id":"m","t":"track","ts":"x","ids":[],"src":"s"}""")]
    [InlineData("""{"v":1,"id":"m","t":"track","ids":[["user_id"]],"src":"s"}""")]
    [InlineData("""{"v":1,"id":"m","t":"track","ids":[5],"src":"s"}""")]
    [InlineData("""{"v":1,"id":"m","t":"track","ids":[],"src":"s","context":7}""")]
    public void Anything_but_a_body_of_version_1_is_a_format_error(string body) =>
        Assert.Throws<FormatException>(() => EventBody.Read(Encoding.UTF8.GetBytes(body)));

    private static ParseContext Context(JsonElement golden) => Parsing.Context with
    {
        Source = golden.TryGetProperty("source", out var s)
            ? new EventSource(s.GetProperty("name").GetString()!, s.GetProperty("priority").GetInt32(), Trusted: true, SharedDevice: true)
            : new EventSource("web"),
    };

    private static JsonElement[] Golden() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "event-body-v1.json"))).RootElement.EnumerateArray()];
}
