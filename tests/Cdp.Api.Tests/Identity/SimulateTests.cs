using System.Net;
using System.Text;
using System.Text.Json;
using Cdp.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Api.Tests.Identity;

/// <summary>Simulations over HTTP, beside the real engine.</summary>
public sealed class SimulateTests : IAsyncLifetime
{
    // Case B7: two people on one device.
    private const string TwoOnOneDevice = """
        [{"type":"identify","messageId":"m1","userId":"tom","anonymousId":"111","timestamp":"2026-11-01T10:00:00Z"},
         {"type":"identify","messageId":"m2","userId":"summer","anonymousId":"111","timestamp":"2026-11-01T11:00:00Z"}]
        """;

    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartRealAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("default", "tom | summer 111", "moved")]
    [InlineData("adobe", "tom | summer 111", "moved")]
    [InlineData("posthog", "111 tom | summer", "already_identified")]
    [InlineData("mixpanel", "tom 111 | summer", "already_identified")]
    [InlineData("segment", "tom 111 | summer", "kept_by_owner")]
    [InlineData("snowplow", "tom ~111 | summer ~111 | 111", "shared")]
    public async Task B7_Two_people_on_one_device_come_out_as_each_preset_says(string preset, string profiles, string code)
    {
        var answer = await SimulateAsync($$"""{"preset":"{{preset}}","events":{{TwoOnOneDevice}}}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(profiles, Profiles(answer));
        var outcomes = answer.Json.GetProperty("outcomes").EnumerateArray().ToArray();
        Assert.Equal(["m1", "m2"], outcomes.Select(o => o.GetProperty("messageId").GetString()));
        Assert.All(outcomes, o => Assert.Equal("applied", o.GetProperty("outcome").GetString()));
        Assert.Contains(outcomes[1].GetProperty("reasons").EnumerateArray(), r => r.GetProperty("code").GetString() == code);
        Assert.Equal(answer.Json.GetProperty("profiles")[0].GetProperty("id").GetString(), outcomes[0].GetProperty("profileId").GetString());
    }

    [Fact]
    public async Task Ids_are_the_same_for_the_same_request_also_where_events_have_none()
    {
        var body = $$"""{"preset":"snowplow","events":{{TwoOnOneDevice.Replace("\"messageId\":\"m1\",", "", StringComparison.Ordinal)}}}""";
        static string[] Ids(Answer a) =>
        [
            .. a.Json.GetProperty("profiles").EnumerateArray().Select(p => p.GetProperty("id").GetString()!),
            .. a.Json.GetProperty("outcomes").EnumerateArray().Select(o => o.GetProperty("messageId").GetString()!),
        ];
        var ids = Ids(await SimulateAsync(body));

        Assert.Equal(5, ids.Distinct().Count());
        Assert.Equal(ids, Ids(await SimulateAsync(body)));
    }

    [Fact]
    public async Task A_simulation_shows_what_the_same_events_do_for_real_and_leaves_nothing_behind()
    {
        const string Events = """
            [{"type":"identify","messageId":"a","userId":"u1","anonymousId":"d1","traits":{"email":"A@x.com","plan":"pro"},"timestamp":"2026-11-01T10:00:00Z"},
             {"type":"track","messageId":"b","event":"Bought","anonymousId":"d1","timestamp":"2026-11-01T10:01:00Z"},
             {"type":"track","messageId":"b","event":"Bought","anonymousId":"d1","timestamp":"2026-11-01T10:01:00Z"},
             {"type":"track","messageId":"c","event":"Seen","timestamp":"2026-11-01T10:02:00Z"},
             {"type":"identify","messageId":"d","userId":"guest","anonymousId":"d2","timestamp":"2026-11-01T10:03:00Z"}]
            """;
        var simulated = await SimulateAsync($$"""{"events":{{Events}}}""");

        Assert.Equal(404, (await _server.GetAsync("/v1/profiles/user_id:u1")).Status);
        Assert.Empty((await _server.GetAsync("/v1/rejects")).Json.GetProperty("rejects").EnumerateArray());

        var sent = await _server.SendAsync(HttpMethod.Post, "/v1/batch?outcomes=true", Content($$"""{"batch":{{Events}}}"""), "all");
        Assert.Equal(WithoutIds(sent.Json.GetProperty("outcomes")), WithoutIds(simulated.Json.GetProperty("outcomes")));
        string[] refs = ["user_id:u1", "anonymous_id:d2"];
        var live = await Task.WhenAll(refs.Select(async r => (await _server.GetAsync("/v1/profiles/" + r)).Json));
        Assert.Equal(
            live.Select(p => (p.GetProperty("workspace").GetString(), p.GetProperty("createdAt").GetString(), p.GetProperty("traits").GetRawText(), p.GetProperty("computed").GetRawText())),
            simulated.Json.GetProperty("profiles").EnumerateArray().Select(p =>
                (p.GetProperty("workspace").GetString(), p.GetProperty("createdAt").GetString(), p.GetProperty("traits").GetRawText(), p.GetProperty("computed").GetRawText())));
    }

    [Fact]
    public async Task Without_a_preset_the_policy_in_force_judges_and_with_both_the_knobs_lie_over_the_preset()
    {
        var put = await _server.SendAsync(HttpMethod.Put, "/v1/identity/policy", Content("""{"Preset":"mixpanel"}"""), "all");
        Assert.Equal(200, put.Status);
        Assert.Equal("tom 111 | summer", Profiles(await SimulateAsync($$"""{"events":{{TwoOnOneDevice}}}""")));
        Assert.Equal("tom | summer 111", Profiles(await SimulateAsync($$"""{"policy":{},"events":{{TwoOnOneDevice}}}""")));
        Assert.Equal("tom 111 | summer", Profiles(await SimulateAsync($$$"""{"preset":"adobe","policy":{"Preset":"Adobe","BlockedValues":["zzz"],"Types":{"anonymous_id":{"OnConflict":"keep"} } },"events":{{{TwoOnOneDevice}}} }""")));
        Assert.Equal("tom | summer 111", Profiles(await SimulateAsync($$"""{"preset":"adobe","policy":{"BlockedValues":["zzz"]},"events":{{TwoOnOneDevice}}}""")));
    }

    [Fact]
    public async Task An_event_can_say_what_its_key_would()
    {
        const string Events = """
            [{"type":"identify","userId":"a","traits":{"email":"x@x.com"}}, {"type":"identify","userId":"b","traits":{"email":"x@x.com"}SIMULATE}]
            """;
        Assert.Equal("a x@x.com | b", Profiles(await SimulateAsync($$"""{"events":{{Events.Replace("SIMULATE", "", StringComparison.Ordinal)}}}""")));
        var trusted = await SimulateAsync($$"""{"events":{{Events.Replace("SIMULATE", ""","simulate":{"source":"crm","trusted":true}""", StringComparison.Ordinal)}}}""");
        Assert.Equal("a | b x@x.com", Profiles(trusted));
        Assert.Equal(["simulation", "crm"], trusted.Json.GetProperty("profiles").EnumerateArray().Select(p => p.GetProperty("identifiers")[0].GetProperty("source").GetString()));
    }

    [Theory]
    [InlineData("{", "invalid_json", "")]
    [InlineData("[]", "invalid_body", "events")]
    [InlineData("{}", "invalid_body", "events")]
    [InlineData("""{"events":{}}""", "invalid_body", "events")]
    [InlineData("""{"events":[],"polcy":{}}""", "invalid_body", "not known")]
    [InlineData("""{"events":[],"preset":5}""", "invalid_body", "preset")]
    [InlineData("""{"events":[{"type":"page","anonymousId":"a"},{"type":"page","anonymousId":"a","simulate":true}]}""", "invalid_body", "events[1].simulate")]
    [InlineData("""{"events":[{"simulate":{"trusted":"yes"}}]}""", "invalid_body", "events[0].simulate")]
    [InlineData("""{"events":[],"preset":"amplitude"}""", "invalid_policy", "no preset \\u0022amplitude\\u0022")]
    [InlineData("""{"events":[],"policy":5}""", "invalid_policy", "Identity: expects an object")]
    [InlineData("""{"events":[],"policy":{"Survivr":"oldest"}}""", "invalid_policy", "Identity:Survivr")]
    [InlineData("""{"events":[],"preset":"adobe","policy":{"preset":"segment"}}""", "invalid_policy", "another one than the preset")]
    public async Task What_is_wrong_is_named(string body, string code, string detail)
    {
        var answer = await SimulateAsync(body);

        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Contains(detail, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_bounded()
    {
        var page = """{"type":"page","anonymousId":"a"}""";
        Assert.Equal(200, (await SimulateAsync($$"""{"events":[{{string.Join(',', Enumerable.Repeat(page, 1_000))}}]}""")).Status);
        var many = await SimulateAsync($$"""{"events":[{{string.Join(',', Enumerable.Repeat(page, 1_001))}}]}""");
        Assert.Equal((400, "invalid_body"), (many.Status, many.Code));
        var large = await SimulateAsync($$"""{"events":[],"preset":"{{new string('x', 1024 * 1024)}}"}""");
        Assert.Equal((413, "body_too_large"), (large.Status, large.Code));

        var places = _server.App.Services.GetRequiredService<ApiServices>().Simulations;
        Assert.Equal(0, places.Used);
        while (places.TryEnter()) { }
        var full = await SimulateAsync("""{"events":[]}""");
        Assert.Equal((429, "overloaded", "1"), (full.Status, full.Code, full.Header("Retry-After")));
        places.Leave();
        Assert.Equal(200, (await SimulateAsync("""{"events":[]}""")).Status);
    }

    [Theory]
    [InlineData("reader", HttpStatusCode.Forbidden)]
    [InlineData("nobody", HttpStatusCode.Unauthorized)]
    [InlineData("w1", HttpStatusCode.Forbidden)]
    public async Task It_needs_the_scope_admin(string key, HttpStatusCode status) =>
        Assert.Equal((int)status, (await _server.SendAsync(HttpMethod.Post, "/v1/identity/simulate", Content("""{"events":[]}"""), key)).Status);

    private Task<Answer> SimulateAsync(string body) => _server.SendAsync(HttpMethod.Post, "/v1/identity/simulate", Content(body), "all");

    private static ByteArrayContent Content(string body) => new(Encoding.UTF8.GetBytes(body));

    private static string Profiles(Answer answer) => string.Join(" | ", answer.Json.GetProperty("profiles").EnumerateArray().Select(p => string.Join(
        ' ', p.GetProperty("identifiers").EnumerateArray().Select(i => (i.TryGetProperty("shared", out _) ? "~" : "") + i.GetProperty("value").GetString()))));

    private static string[] WithoutIds(JsonElement outcomes) =>
        [.. outcomes.EnumerateArray().Select(o => $"{o.GetProperty("messageId")} {o.GetProperty("outcome")} {o.GetProperty("profileId").ValueKind} {o.GetProperty("reasons").GetRawText()}")];
}
