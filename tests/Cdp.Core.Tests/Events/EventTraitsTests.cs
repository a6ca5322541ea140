using static Cdp.Core.Tests.Events.Parsing;

namespace Cdp.Core.Tests.Events;

public class EventTraitsTests
{
    [Theory]
    [InlineData(",\"traits\":{\"a\":1}", "{\"a\":1}")]
    [InlineData(",\"context\":{\"x\":0,\"traits\":{\"a\":1}}", "{\"a\":1}")]
    [InlineData(",\"traits\":null,\"context\":{\"traits\":{\"a\":1}}", "{\"a\":1}")]
    [InlineData(",\"traits\":{},\"context\":{\"traits\":{\"a\":1}}", "{\"a\":1}")]
    [InlineData(",\"traits\":{\"a\":1},\"context\":{\"traits\":{\"a\":1}}", "{\"a\":1}")]
    [InlineData(",\"traits\":{\"a\":1},\"context\":{\"traits\":{\"a\":2}}", "{\"a\":1}")]
    [InlineData(",\"traits\":{\"a\":1},\"context\":{\"traits\":{\"a\":2,\"b\":\"x\",\"c\":{\"d\":[]}}}", "{\"a\":1,\"b\":\"x\",\"c\":{\"d\":[]}}")]
    [InlineData(",\"traits\":{\"a\":null},\"context\":{\"traits\":{\"a\":2}}", "{\"a\":null}")]
    [InlineData(",\"traits\":{\"a\":1},\"context\":{\"traits\":{\"\\u0061\":2,\"\\\"\":3}}", "{\"a\":1,\"\\\"\":3}")]
    [InlineData(",\"traits\":{\"a\":1},\"context\":{\"traits\":[1]}", "{\"a\":1}")]
    [InlineData(",\"traits\":{}", "{}")]
    [InlineData("", "")]
    public void The_traits_of_an_identify_come_from_both_places_and_the_top_level_wins(string more, string expected)
    {
        var e = Accept(Identify(more));
        Assert.Equal(expected, e.Traits.Text());
        Assert.Equal(expected, Core.Events.EventBody.Read(e.Body).Traits.Text());
    }

    [Fact]
    public void Traits_of_the_context_are_stored_once()
    {
        var body = Accept(Identify(""","context":{"traits":{"email":"a@example.com"}}""")).Body.Text();
        Assert.Equal(1, body.Split("traits").Length - 1);
    }

    [Fact]
    public void A_null_at_the_top_hides_the_contexts_email() =>
        Assert.Equal(["user_id:u1"], Accept(Identify(""","traits":{"email":null},"context":{"traits":{"email":"a@example.com"}}""")).Refs());

    [Fact]
    public void Slices_lie_in_the_body_and_are_the_bytes_as_sent()
    {
        var e = Accept(Track(""","properties":{ "ü" : "\u00fc", "n": 1.50 },"context":{ "ip":"10.0.0.1"}"""));
        Assert.Equal("""{ "ü" : "\u00fc", "n": 1.50 }""", e.Properties.Text());
        Assert.Equal("""{ "ip":"10.0.0.1"}""", e.Context.Text());
        Assert.True(e.Body.Span.Overlaps(e.Properties.Span));
        Assert.True(e.Body.Span.Overlaps(e.Context.Span));
    }
}
