using System.Text.Json;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Profiles;

public sealed class HistoryTests : IAsyncLifetime
{
    private ApiServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiServer.StartAsync();
        var events = Enumerable.Range(0, 7).Select(i => $$$"""{"type":"track","event":"e{{{i}}}","userId":"u1","timestamp":"2026-11-0{{{i + 1}}}T00:00:00.5Z","properties":{"i":{{{i}}} },"context":{"page":{"path":"/ž"} } }""");
        await _server.PostAsync("/v1/batch", "{\"batch\":[" + string.Join(',', events) + "]}", "w2");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Events_come_newest_first_with_all_their_members()
    {
        var answer = await _server.GetAsync("/v1/profiles/user_id:u1/events?limit=1");

        var item = Assert.Single(answer.Json.GetProperty("events").EnumerateArray());
        Assert.Equal(
            ["messageId", "type", "name", "timestamp", "receivedAt", "identifiers", "properties", "context", "source"],
            item.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("track", "e6", "till"), (item.GetProperty("type").GetString(), item.GetProperty("name").GetString(), item.GetProperty("source").GetString()));
        Assert.Equal("2026-11-07T00:00:00.500Z", item.GetProperty("timestamp").GetString());
        Assert.Equal("2026-11-22T12:00:00.000Z", item.GetProperty("receivedAt").GetString());
        Assert.Equal("""[{"type":"user_id","value":"u1"}]""", item.GetProperty("identifiers").GetRawText());
        Assert.Equal(6, item.GetProperty("properties").GetProperty("i").GetInt32());
        Assert.Equal("/ž", item.GetProperty("context").GetProperty("page").GetProperty("path").GetString());
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repeat()
    {
        var names = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await _server.GetAsync("/v1/profiles/user_id:u1/events?limit=3" + (cursor is null ? "" : "&cursor=" + cursor))).Json;
            names.AddRange(page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("name").GetString()));
            cursor = page.GetProperty("cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(["e6", "e5", "e4", "e3", "e2", "e1", "e0"], names);
    }

    [Theory]
    [InlineData("since=2026-11-06T00:00:00.500Z", 2)]
    [InlineData("since=2026-11-06T01:00:00.500%2B01:00", 2)]
    [InlineData("since=2026-11-06T01:00:00.500+01:00", 2)]
    [InlineData("since=2026-11-06", 2)]
    [InlineData("since=2030-01-01", 0)]
    [InlineData("limit=1000&unknown=x", 7)]
    public async Task The_timeline_starts_where_asked(string query, int count) =>
        Assert.Equal(count, (await _server.GetAsync("/v1/profiles/user_id:u1/events?" + query)).Json.GetProperty("events").GetArrayLength());

    [Theory]
    [InlineData("limit=0", "invalid_parameter")]
    [InlineData("limit=1001", "invalid_parameter")]
    [InlineData("limit=x", "invalid_parameter")]
    [InlineData("since=yesterday", "invalid_parameter")]
    [InlineData("cursor=x", "invalid_cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid_cursor")]
    [InlineData("cursor=%00", "invalid_cursor")]
    public async Task A_wrong_parameter_is_400(string query, string code)
    {
        var answer = await _server.GetAsync("/v1/profiles/user_id:u1/events?" + query);
        Assert.Equal((400, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Identities_hold_identifiers_and_decisions()
    {
        var answer = (await _server.GetAsync("/v1/profiles/user_id:u1/identities")).Json;

        Assert.Equal("user_id", answer.GetProperty("identifiers")[0].GetProperty("type").GetString());
        Assert.Equal(
            """{"at":"1970-01-01T00:00:00.000Z","kind":"linked","identifier":"user_id:u1","other":null,"code":"linked","messageId":"m1"}""",
            answer.GetProperty("history")[0].GetRawText());
    }

    [Fact]
    public async Task An_export_is_one_object_a_line()
    {
        var more = string.Join(',', Enumerable.Range(0, 700).Select(i => $$"""{"type":"track","event":"x","userId":"u1"}"""));
        await _server.PostAsync("/v1/batch", "{\"batch\":[" + more + "]}");

        var answer = await _server.GetAsync("/v1/profiles/user_id:u1/export");

        var lines = answer.Body.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal("application/x-ndjson", answer.Header("Content-Type"));
        Assert.Equal(["profile", "identities"], lines.Take(2).Select(l => l.GetProperty("kind").GetString()));
        Assert.Equal(707, lines.Count(l => l.GetProperty("kind").GetString() == "event"));
        Assert.Equal("shop", lines[0].GetProperty("workspace").GetString());
        Assert.Equal(1, lines[1].GetProperty("history").GetArrayLength());
        Assert.Equal("e0", lines[^1].GetProperty("name").GetString());
    }
}
