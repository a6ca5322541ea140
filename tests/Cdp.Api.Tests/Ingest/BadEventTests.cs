using System.Globalization;
using System.Text;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Ingest;

/// <summary>Each bad event has its code, and its neighbours in the batch are stored.</summary>
public sealed class BadEventTests : IAsyncLifetime
{
    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public static TheoryData<string, string> Cases => new()
    {
        { "5", "not_an_object" },
        { "null", "not_an_object" },
        { "[]", "not_an_object" },
        { """{"userId":"u"}""", "unknown_type" },
        { """{"type":"purchase","userId":"u"}""", "unknown_type" },
        { """{"type":5,"userId":"u"}""", "wrong_type" },
        { """{"type":"track","userId":"u"}""", "missing_event_name" },
        { """{"type":"track","event":7,"userId":"u"}""", "wrong_type" },
        { """{"type":"track","event":"x","userId":"u","properties":[]}""", "wrong_type" },
        { """{"type":"identify","userId":"u","traits":"x"}""", "wrong_type" },
        { """{"type":"track","event":"x","userId":"u","context":1}""", "wrong_type" },
        { """{"type":"track","event":"x"}""", "no_identifier" },
        { """{"type":"track","event":"x","userId":"null","anonymousId":"00000000-0000-0000-0000-000000000000"}""", "no_identifier" },
        { """{"type":"track","event":"x","userId":"u","messageId":{}}""", "wrong_type" },
        { """{"type":"track","event":"x","userId":"u","messageId":"MANY"}""".Replace("MANY", new string('m', 300), StringComparison.Ordinal), "invalid_message_id" },
        { """{"type":"track","event":"x","userId":"u","timestamp":"soon"}""", "invalid_timestamp" },
        { """{"type":"track","event":"x","userId":"u","timestamp":"1969-12-31T23:59:59Z"}""", "timestamp_too_old" },
        { """{"type":"track","event":"x","userId":"u","timestamp":"2099-01-01T00:00:00Z"}""", "timestamp_in_future" },
        { """{"type":"track","event":"x","userId":"u","properties":{"a":"\ud800"}}""", "invalid_text" },
        { """{"type":"track","event":"x","userId":"u","properties":{"a":"\u0000"}}""", "invalid_text" },
        { """{"type":"track","event":"x","userId":"u","properties":{"a":1e999}}""", "number_out_of_range" },
        { $$"""{"type":"track","event":"x","userId":"u","properties":{{Nested(80)}}}""", "event_too_deep" },
        { $$$"""{"type":"track","event":"x","userId":"u","properties":{"a":"{{{new string('a', 33_000)}}}"}}""", "event_too_large" },
        { $$"""{"type":"track","event":"x","userId":"u","properties":{{Nested(200_000)}}}""", "event_too_large" },
        { $$"""{"type":"identify","userId":"u","traits":{{Traits(301)}}}""", "too_many_traits" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_bad_event_is_rejected_alone(string bad, string code)
    {
        var body = $$"""{"batch":[{"type":"track","event":"a","userId":"before"},{{bad}},{"type":"track","event":"b","userId":"after"}]}""";

        var answer = await _server.PostAsync("/v1/batch", body);

        Assert.Equal(200, answer.Status);
        Assert.True(answer.Json.GetProperty("success").GetBoolean());
        var rejected = Assert.Single(answer.Json.GetProperty("rejected").EnumerateArray());
        Assert.Equal((1, code), (rejected.GetProperty("index").GetInt32(), rejected.GetProperty("code").GetString()));
        Assert.Equal(["a", "b"], _server.Grid.Ingested.Select(i => i.Event.Name));
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_fail_their_event_alone()
    {
        byte[] body =
        [
            .. "{\"batch\":[{\"type\":\"track\",\"event\":\"x\",\"userId\":\""u8, 0xc3, 0x28,
            .. "\"},{\"type\":\"track\",\"event\":\"ok\",\"userId\":\"u\"}]}"u8,
        ];

        var answer = await _server.PostBytesAsync("/v1/batch", body);

        Assert.Equal(200, answer.Status);
        Assert.Equal("invalid_text", answer.Json.GetProperty("rejected")[0].GetProperty("code").GetString());
        Assert.Single(_server.Grid.Ingested);
    }

    [Theory]
    [InlineData("/v1/t", """{"userId":"u"}""", "missing_event_name")]
    [InlineData("/v1/merge", """{"type":"merge","mergeProperties":[]}""", "unknown_type")]
    public async Task A_bad_single_event_is_a_success_with_a_reject(string path, string body, string code)
    {
        var answer = await _server.PostAsync(path, body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(code, answer.Json.GetProperty("rejected")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_path_names_the_type_whatever_the_body_says()
    {
        await _server.PostAsync("/v1/t", """{"type":"identify","event":"x","userId":"u"}""");
        await _server.PostAsync("/v1/identify", """{"userId":"u","traits":{"a":1}}""");

        Assert.Equal(["Track", "Identify"], _server.Grid.Ingested.Select(i => i.Event.Type.ToString()));
    }

    [Fact]
    public async Task A_repeated_message_id_is_a_success()
    {
        const string Event = """{"type":"track","event":"x","userId":"u","messageId":"m1"}""";

        var answer = await _server.PostAsync("/v1/batch", $$"""{"batch":[{{Event}},{{Event}}]}""");
        var again = await _server.PostAsync("/v1/batch", $$"""{"batch":[{{Event}}]}""");

        Assert.Equal("""{"success":true}""", answer.Body);
        Assert.Equal("""{"success":true}""", again.Body);
    }

    [Fact]
    public async Task Clock_skew_is_taken_out_by_sent_at()
    {
        // The client's clock is two hours ahead.
        await _server.PostAsync("/v1/batch", """
            {"sentAt":"2026-11-22T14:00:10Z","batch":[{"type":"track","event":"x","userId":"u","timestamp":"2026-11-22T14:00:00Z"}]}
            """);

        var time = DateTimeOffset.FromUnixTimeMilliseconds(_server.Grid.Ingested.Single().Event.TimeMs);
        Assert.Equal("2026-11-22T11:59:50", time.ToString("s", CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Millions_of_bad_events_cost_a_bounded_answer()
    {
        var body = "{\"batch\":[" + string.Join(',', Enumerable.Repeat("1", 100_000)) + "]}";

        var answer = await _server.PostAsync("/v1/batch", body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(1_000, answer.Json.GetProperty("rejected").GetArrayLength());
        Assert.Equal(100_000, answer.Json.GetProperty("rejectedCount").GetInt32());
    }

    [Fact]
    public async Task Eight_megabytes_of_nesting_take_time_linear_to_their_size()
    {
        // A JsonDocument would take hours for this one.
        var deep = "{\"a\":" + new string('[', 4_000_000) + new string(']', 4_000_000) + ",\"messageId\":\"m1\"}";
        var body = $$"""{"batch":[{{deep}},{"type":"track","event":"ok","userId":"u"}]}""";

        var answer = await _server.PostAsync("/v1/batch", body).WaitAsync(TimeSpan.FromMinutes(1));

        var rejected = Assert.Single(answer.Json.GetProperty("rejected").EnumerateArray());
        Assert.Equal(("m1", "event_too_large"), (rejected.GetProperty("messageId").GetString(), rejected.GetProperty("code").GetString()));
        Assert.Single(_server.Grid.Ingested);
    }

    private static string Nested(int depth)
    {
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++) text.Append("{\"a\":");
        return text.Append('1').Append('}', depth).ToString();
    }

    private static string Traits(int count) => "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"t{i}\":1")) + "}";
}
