using Cdp.Api.Tests.Audiences;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Geofences;

/// <summary>Fences, positions, and triggers on them, over HTTP with the real engine behind.</summary>
public sealed class GeofenceTests : IAsyncLifetime
{
    private const string Shop = """{"id":"shop","name":"Karl Johans gate","geometry":{"type":"Circle","center":[10.75,59.91],"radiusMeters":100},"tags":["shops"],"confirmFixes":1}""";
    private const string Inside = "\"lat\":59.91,\"lon\":10.75";
    private const string Outside = "\"lat\":59.95,\"lon\":10.75";

    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.StartRealAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Positions_enter_and_leave_a_fence_once_and_a_repeat_tells_nothing()
    {
        await PutAsync("geofences/shop", Shop);
        await IdentifyAsync("jo");
        Assert.Equal(["accepted"], await MoveAsync("jo", 0, Outside));
        Assert.Equal(["accepted enter shop"], await MoveAsync("jo", 60, Inside));
        Assert.Equal(["stale"], await MoveAsync("jo", 60, Inside));
        Assert.Equal(["accepted exit shop"], await MoveAsync("jo", 120, Outside));
        Assert.Equal(["stale"], await MoveAsync("jo", 90, Inside));
        var rejected = (await _server.PostAsync("/v1/positions", $$"""{"positions":[{"ref":"user_id:nobody",{{Inside}}},{"ref":"?",{{Inside}}},{"ref":"user_id:jo","lat":91,"lon":0},7]}""", "all")).Json;
        Assert.Equal(
            ["profile_not_found", "invalid_ref", "invalid_latitude", "invalid_ref"],
            rejected.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("code").GetString()));
        Assert.Equal("invalid_body", (await _server.PostAsync("/v1/positions", "{}", "all")).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_event_that_says_where_it_happened_moves_its_device_and_fires_a_trigger_with_a_payload()
    {
        await PutAsync("geofences/shop", Shop);
        await PutAsync("triggers/near", """
            {"id":"near","when":{"fenceTag":["shops"]},"if":{"rule":{"trait":"plan","op":"eq","value":"pro"}},"then":[{"sse":true}],
             "payload":{"who":"{{profile.id}}","plan":"{{profile.traits.plan}}","shop":"{{fence.id}}"}}
            """);
        await using var stream = await AudienceReader.OpenAsync(_server, "/v1/triggers/near/stream");
        await using var fence = await AudienceReader.OpenAsync(_server, "/v1/geofences/shop/stream");
        await IdentifyAsync("jo", "pro");
        await IdentifyAsync("ann", "free");
        foreach (var who in (string[])["ann", "jo"])
            await _server.PostAsync("/v1/track", $$$$"""{"userId":"{{{{who}}}}","event":"App Opened","context":{"location":{"latitude":59.91,"longitude":10.75}}}""");
        var payload = (await stream.NextAsync()).Data.GetProperty("payload");
        Assert.Equal(("pro", "shop"), (payload.GetProperty("plan").GetString(), payload.GetProperty("shop").GetString()));
        var moves = new[] { (await fence.NextAsync()).Data, (await fence.NextAsync()).Data };
        Assert.All(moves, m => Assert.Equal("enter", m.GetProperty("kind").GetString()));
        Assert.DoesNotContain("lat", moves[0].ToString(), StringComparison.Ordinal);
        Assert.Equal([("near", "acted", "fence", "shop")], await DecisionsAsync("jo"));
        Assert.Equal([("near", "condition_false", "fence", "shop")], await DecisionsAsync("ann"));
    }

    [Fact]
    public async Task Fences_are_listed_tested_imported_and_their_faults_named()
    {
        await PutAsync("geofences/shop", Shop);
        var features = string.Join(',', Enumerable.Range(0, 50).Select(i => $$$"""{"type":"Feature","id":"f{{{i}}}","properties":{"radiusMeters":500},"geometry":{"coordinates":[{{{i}}},10],"type":"Point"} } """));
        var import = (await _server.PostAsync("/v1/geofences:import", $$$"""{"type":"FeatureCollection","features":[{{{features}}},{"type":"Feature","id":"bad","geometry":null,"properties":{}}]}""", "all")).Json;
        Assert.Equal((50, 1, 50), (import.GetProperty("imported").GetInt32(), import.GetProperty("rejectedCount").GetInt32(), import.GetProperty("rejected")[0].GetProperty("index").GetInt32()));
        var page = (await _server.GetAsync("/v1/geofences?limit=20")).Json;
        Assert.Equal((51, 20), (page.GetProperty("count").GetInt32(), page.GetProperty("features").GetArrayLength()));
        var next = (await _server.GetAsync($"/v1/geofences?after={page.GetProperty("after").GetString()}")).Json;
        Assert.Equal(31, next.GetProperty("features").GetArrayLength());
        var tested = (await _server.PostAsync("/v1/geofences:test", "{" + Inside + "}", "all")).Json.GetProperty("fences");
        Assert.Equal(("shop", true), (tested[0].GetProperty("id").GetString(), tested[0].GetProperty("inside").GetBoolean()));
        var near = (await _server.PostAsync("/v1/geofences:test", """{"lat":59.912,"lon":10.75,"withinMeters":1000}""", "all")).Json.GetProperty("fences");
        Assert.Equal((false, 1), (near[0].GetProperty("inside").GetBoolean(), near.GetArrayLength()));
        var wrong = await _server.SendJsonAsync(HttpMethod.Put, "/v1/geofences/x", """{"id":"x","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}}""");
        Assert.Equal((400, "invalid_definition"), (wrong.Status, wrong.Code));
        Assert.Contains("ring_not_closed", wrong.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await _server.SendJsonAsync(HttpMethod.Delete, "/v1/geofences/shop", null)).Status);
        Assert.Equal(404, (await _server.GetAsync("/v1/geofences/shop")).Status);
    }

    [Fact]
    public async Task One_call_answers_who_it_is_and_where()
    {
        await PutAsync("geofences/shop", Shop);
        await PutAsync("audiences/pros", """{"id":"pros","rule":{"trait":"plan","op":"eq","value":"pro"}}""");
        await IdentifyAsync("jo", "pro");
        var answer = (await _server.GetAsync("/v1/decide?ref=user_id:jo&lat=59.91&lon=10.75&columns=traits.plan,identifiers.user_id")).Json;
        Assert.Equal("pros", answer.GetProperty("audiences")[0].GetString());
        Assert.Equal(("pro", "jo"), (answer.GetProperty("fields").GetProperty("traits.plan").GetString(), answer.GetProperty("fields").GetProperty("identifiers.user_id")[0].GetString()));
        Assert.Equal("shop", answer.GetProperty("fences")[0].GetProperty("id").GetString());
        Assert.Equal("invalid_parameter", (await _server.GetAsync("/v1/decide?ref=user_id:jo&lat=91&lon=0")).Code);
        Assert.Equal(404, (await _server.GetAsync("/v1/decide?ref=user_id:nobody")).Status);
    }

    [Fact]
    public async Task What_is_kept_of_positions_is_a_setting()
    {
        Assert.Equal(200, (await _server.SendJsonAsync(HttpMethod.Put, "/v1/position-settings", """{"decimalPlaces":3,"retention":"1d"}""")).Status);
        var settings = (await _server.GetAsync("/v1/position-settings")).Json;
        Assert.Equal((3, 1, "1440m"), (settings.GetProperty("decimalPlaces").GetInt32(), settings.GetProperty("keptFixes").GetInt32(), settings.GetProperty("retention").GetString()));
        var wrong = await _server.SendJsonAsync(HttpMethod.Put, "/v1/position-settings", """{"decimalPlaces":9,"x":1}""");
        Assert.Equal(2, wrong.Json.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task A_trigger_on_an_event_or_an_audience_is_decided_once_and_says_why_not()
    {
        await PutAsync("audiences/buyers", """{"id":"buyers","rule":{"event":"Order Completed"}}""");
        await PutAsync("triggers/thanks", """{"id":"thanks","when":{"event":"Order Completed"},"if":{"caps":[{"max":1,"within":"1d"}]},"then":[{"stream":"mails"}]}""");
        await PutAsync("triggers/welcome", """{"id":"welcome","when":{"audience":"buyers"},"if":{"consent":{"purpose":"marketing"}},"then":[{"stream":"mails"}]}""");
        for (var i = 0; i < 2; i++) await _server.PostAsync("/v1/track", """{"userId":"jo","event":"Order Completed","messageId":"m1"}""");
        await _server.PostAsync("/v1/track", """{"userId":"jo","event":"Order Completed","messageId":"m2"}""");
        Assert.Equal(
            [("thanks", "acted"), ("thanks", "capped_trigger"), ("welcome", "no_consent")],
            (await DecisionsAsync("jo")).Select(d => (d.Trigger, d.Code)).Order());
        await using var mails = await AudienceReader.OpenAsync(_server, "/v1/streams/mails?after=0-0");
        Assert.Equal("thanks", (await mails.NextAsync()).Data.GetProperty("trigger").GetString());
        var wrong = await _server.SendJsonAsync(HttpMethod.Put, "/v1/triggers/bad", """{"id":"bad","when":{"audience":"nobody"},"then":[]}""");
        Assert.Equal((400, "invalid_definition"), (wrong.Status, wrong.Code));
        Assert.Equal("invalid_definition", (await _server.SendJsonAsync(HttpMethod.Delete, "/v1/audiences/buyers", null)).Code);
        Assert.Equal(200, (await _server.SendJsonAsync(HttpMethod.Put, "/v1/activation-settings", """{"caps":[{"max":5,"within":"1d"}]}""")).Status);
    }

    private Task IdentifyAsync(string user, string plan = "free") => _server.PostAsync("/v1/identify", $$$"""{"userId":"{{{user}}}","traits":{"plan":"{{{plan}}}"}}""");

    private async Task PutAsync(string path, string definition)
    {
        var answer = await _server.SendJsonAsync(HttpMethod.Put, "/v1/" + path, definition);
        Assert.True(answer.Status == 200, answer.Body);
    }

    private async Task<string[]> MoveAsync(string user, int seconds, string place)
    {
        var at = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds() / 3_600 * 3_600 + seconds;
        var time = DateTimeOffset.FromUnixTimeSeconds(at).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        var answer = (await _server.PostAsync("/v1/positions", $$"""{"positions":[{"ref":"user_id:{{user}}","deviceId":"phone",{{place}},"timestamp":"{{time}}"}]}""", "all")).Json;
        return [.. answer.GetProperty("results").EnumerateArray().Select(r => string.Join(' ', new[] { r.GetProperty("outcome").GetString()! }
            .Concat(r.GetProperty("transitions").EnumerateArray().Select(t => $"{t.GetProperty("kind").GetString()} {t.GetProperty("fence").GetString()}"))))];
    }

    private async Task<(string Trigger, string Code, string On, string Subject)[]> DecisionsAsync(string user) =>
        [.. (await _server.GetAsync($"/v1/profiles/user_id:{user}/decisions")).Json.GetProperty("decisions").EnumerateArray().Select(d => (
            d.GetProperty("trigger").GetString()!, d.GetProperty("code").GetString()!, d.GetProperty("on").GetString()!, d.GetProperty("subject").GetString()!))];
}
