using System.Text.Json;
using System.Text;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using static Cdp.Core.Tests.Events.Parsing;

namespace Cdp.Core.Tests.Events;

public class EventRejectionTests
{
    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"track\"")]
    public void Anything_but_an_object_is_rejected(string json) => Assert.Equal(ReasonCodes.NotAnObject, Reject(json).Code);

    [Fact]
    public void An_element_of_no_document_is_rejected() =>
        Assert.Equal(ReasonCodes.NotAnObject, EventParser.Parse(default(JsonElement), Context).Rejection!.Code);

    [Theory]
    [InlineData(EventLimits.MaxEventBytes, null)]
    [InlineData(EventLimits.MaxEventBytes + 1, ReasonCodes.TooLarge)]
    public void An_event_may_have_32768_bytes_and_not_one_more(int bytes, string? code)
    {
        var frame = Track(",\"properties\":{\"x\":\"\"}");
        var json = Track($",\"properties\":{{\"x\":\"{new string('a', bytes - frame.Length)}\"}}");
        Assert.Equal(bytes, Encoding.UTF8.GetByteCount(json));
        var parsed = Parse(json);
        Assert.Equal(code, parsed.Rejection?.Code);
        Assert.Equal("m1", parsed.MessageId);
    }

    [Theory]
    [InlineData(62, null)]
    [InlineData(63, ReasonCodes.TooDeep)]
    [InlineData(5_000, ReasonCodes.TooDeep)]
    public void The_64th_level_is_the_last(int arraysInProperties, string? code)
    {
        var json = Track($",\"properties\":{{\"x\":{new string('[', arraysInProperties)}{new string(']', arraysInProperties)}}}");
        Assert.Equal(code, Parse(json).Rejection?.Code);
    }

    [Fact]
    public void Depth_counts_below_unknown_members_too() =>
        Assert.Equal(ReasonCodes.TooDeep, Reject(Track($",\"unknown\":{new string('[', 64)}{new string(']', 64)}")).Code);

    [Theory]
    [InlineData("1e999", ReasonCodes.NumberOutOfRange)]
    [InlineData("-1E999", ReasonCodes.NumberOutOfRange)]
    [InlineData("1e308", null)]
    [InlineData("1e-999", null)]
    [InlineData("12345678901234567890123", null)]
    public void A_number_must_fit_a_double(string number, string? code) =>
        Assert.Equal(code, Parse(Track($",\"properties\":{{\"deep\":[{{\"n\":{number}}}]}}")).Rejection?.Code);

    [Fact]
    public void A_number_of_400_digits_fits_no_double() =>
        Assert.Equal(ReasonCodes.NumberOutOfRange, Reject(Track($",\"n\":{new string('9', 400)}")).Code);

    [Theory]
    [InlineData(@"\ud83d", ReasonCodes.InvalidText)]
    [InlineData(@"\ude00", ReasonCodes.InvalidText)]
    [InlineData(@"\ud83dx", ReasonCodes.InvalidText)]
    [InlineData(@"\ud83d\n\ude00", ReasonCodes.InvalidText)]
    [InlineData(@"\ud83d\ud83d\ude00", ReasonCodes.InvalidText)]
    [InlineData(@"\u0000", ReasonCodes.InvalidText)]
    [InlineData(@"\\\u0000", ReasonCodes.InvalidText)]
    [InlineData(@"\\u0000", null)]
    [InlineData(@"\\ud83d", null)]
    [InlineData(@"\ud83d\ude00", null)]
    [InlineData(@"\uD83D\uDE00 \u00e9", null)]
    public void Text_that_no_store_can_keep_is_rejected(string text, string? code)
    {
        Assert.Equal(code, Parse(Track($",\"properties\":{{\"x\":\"{text}\"}}")).Rejection?.Code);
        Assert.Equal(code, Parse(Track($",\"properties\":{{\"{text}\":1}}")).Rejection?.Code);
    }

    [Fact]
    public void Invalid_utf8_is_rejected_wherever_it_stands()
    {
        var json = Encoding.UTF8.GetBytes(Track(",\"properties\":{\"x\":\"#\"}"));
        json[Array.IndexOf(json, (byte)'#')] = 0xFF;
        var parsed = Parse(json);
        Assert.Equal(ReasonCodes.InvalidText, parsed.Rejection!.Code);
        Assert.Equal("m1", parsed.MessageId);
    }

    [Fact]
    public void A_message_id_that_cannot_be_read_is_null_in_the_rejection() =>
        Assert.Null(Parse("""{"type":"track","event":"E","userId":"u","messageId":"\ud800"}""").MessageId);

    [Theory]
    [InlineData("""{"userId":"u1"}""", ReasonCodes.UnknownType)]
    [InlineData("""{"type":null,"userId":"u1"}""", ReasonCodes.UnknownType)]
    [InlineData("""{"type":"merge","userId":"u1"}""", ReasonCodes.UnknownType)]
    [InlineData("""{"type":"","userId":"u1"}""", ReasonCodes.UnknownType)]
    [InlineData("""{"type":5,"userId":"u1"}""", ReasonCodes.WrongType)]
    [InlineData("""{"type":"track","event":5,"userId":"u1"}""", ReasonCodes.WrongType)]
    [InlineData("""{"type":"page","name":{},"userId":"u1"}""", ReasonCodes.WrongType)]
    [InlineData("""{"type":"identify","traits":[],"userId":"u1"}""", ReasonCodes.WrongType)]
    [InlineData("""{"type":"track","event":"E","properties":"x","userId":"u1"}""", ReasonCodes.WrongType)]
    [InlineData("""{"type":"track","event":"E","context":7,"userId":"u1"}""", ReasonCodes.WrongType)]
    [InlineData("""{"type":"track","event":"E","messageId":true,"userId":"u1"}""", ReasonCodes.WrongType)]
    [InlineData("""{"type":"track","event":"E","messageId":{},"userId":"u1"}""", ReasonCodes.WrongType)]
    [InlineData("""{"type":"track","userId":"u1"}""", ReasonCodes.MissingEventName)]
    [InlineData("""{"type":"track","event":null,"userId":"u1"}""", ReasonCodes.MissingEventName)]
    [InlineData("""{"type":"track","event":"","userId":"u1"}""", ReasonCodes.MissingEventName)]
    [InlineData("""{"type":"track","event":"  ","userId":"u1"}""", ReasonCodes.MissingEventName)]
    [InlineData("""{"type":"track","event":"E"}""", ReasonCodes.NoIdentifier)]
    [InlineData("""{"type":"identify","traits":null,"context":null,"properties":null,"userId":"u1"}""", null)]
    [InlineData("""{"type":"page","name":null,"userId":"u1"}""", null)]
    [InlineData("""{"type":"Screen","userId":"u1"}""", null)]
    public void Each_malformed_call_has_its_own_code(string json, string? code) => Assert.Equal(code, Parse(json).Rejection?.Code);

    [Fact]
    public void The_path_decides_the_type_over_the_body() => Assert.Equal(
        EventType.Identify, Accept("""{"type":"track","userId":"u1"}""", Context with { Type = EventType.Identify }).Type);

    [Theory]
    [InlineData("track", "event")]
    [InlineData("page", "name")]
    [InlineData("screen", "name")]
    public void A_name_may_have_512_characters_and_not_one_more(string type, string field)
    {
        string Json(int length) => $$"""{"type":"{{type}}","userId":"u1","{{field}}":"{{new string('n', length)}}"}""";
        Assert.Equal(512, Accept(Json(512)).Name!.Length);
        Assert.Equal(ReasonCodes.EventNameTooLong, Reject(Json(513)).Code);
    }

    [Fact]
    public void A_message_id_may_have_256_characters_after_trimming()
    {
        string Json(string id) => $$"""{"type":"identify","userId":"u1","messageId":"{{id}}"}""";
        Assert.Equal(new string('m', 256), Accept(Json("  " + new string('m', 256) + " ")).MessageId);
        var parsed = Parse(Json(new string('m', 257)));
        Assert.Equal(ReasonCodes.InvalidMessageId, parsed.Rejection!.Code);
        Assert.Equal(new string('m', 256), parsed.MessageId);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"messageId\":null")]
    [InlineData(",\"messageId\":\"\"")]
    [InlineData(",\"messageId\":\"  \"")]
    public void A_missing_message_id_is_made_by_the_caller(string more) =>
        Assert.Equal("generated", Accept($$"""{"type":"identify","userId":"u1"{{more}}}""").MessageId);

    [Fact]
    public void Without_a_source_of_ids_the_message_id_is_a_hash_of_event_and_arrival()
    {
        var context = Context with { NewMessageId = null };
        string Id(string user, long at) => Accept($$"""{"type":"identify","userId":"{{user}}"}""", context with { ReceivedAtMs = at }).MessageId;
        Assert.Equal(Id("u1", ReceivedAt), Id("u1", ReceivedAt));
        Assert.NotEqual(Id("u1", ReceivedAt), Id("u2", ReceivedAt));
        Assert.NotEqual(Id("u1", ReceivedAt), Id("u1", ReceivedAt + 1));
    }

    [Fact]
    public void A_numeric_message_id_is_its_text() =>
        Assert.Equal("12", Accept("""{"type":"identify","userId":"u1","messageId":12}""").MessageId);

    [Theory]
    [InlineData("identify", "\"traits\":{#}", 300, null)]
    [InlineData("identify", "\"traits\":{#}", 301, ReasonCodes.TooManyTraits)]
    [InlineData("group", "\"traits\":{#}", 300, null)]
    [InlineData("group", "\"traits\":{#}", 301, ReasonCodes.TooManyTraits)]
    [InlineData("identify", "\"context\":{\"traits\":{#}}", 301, ReasonCodes.TooManyTraits)]
    [InlineData("page", "\"context\":{\"traits\":{#}}", 300, null)]
    [InlineData("page", "\"context\":{\"traits\":{#}}", 301, ReasonCodes.TooManyTraits)]
    public void Three_hundred_traits_are_the_most(string type, string place, int count, string? code)
    {
        var members = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"t{i}\":{{\"nested\":1,\"more\":2}}"));
        Assert.Equal(code, Parse($$"""{"type":"{{type}}","userId":"u1",{{place.Replace("#", members, StringComparison.Ordinal)}}}""").Rejection?.Code);
    }

    [Fact]
    public void Of_two_wrongs_the_first_check_names_the_reason() =>
        Assert.Equal(ReasonCodes.InvalidText, Reject("""{"type":"nope","x":"\u0000","n":1e999}""").Code);

    [Fact]
    public void A_rejection_never_quotes_a_value()
    {
        string[] events =
        [
            Track(",\"context\":\"secret\""), """{"type":"secret"}""", Track(",\"timestamp\":\"secret\""), """{"type":"identify","traits":{"email":"secret"}}""",
        ];
        Assert.All(events, json => Assert.DoesNotContain("secret", Reject(json).ToString(), StringComparison.Ordinal));
    }
}
