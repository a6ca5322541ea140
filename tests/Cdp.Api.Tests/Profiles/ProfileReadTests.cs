using System.Text;
using System.Text.Json;
using Cdp.Api.Tests.Support;
using Cdp.Core.Grid;

namespace Cdp.Api.Tests.Profiles;

public sealed class ProfileReadTests : IAsyncLifetime
{
    private ApiServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiServer.StartAsync();
        await IdentifyAsync("u1");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("a/b@x.com", "email:a%2Fb@x.com")]
    [InlineData("a/b", "user_id:a%2Fb")]
    [InlineData("a%2Fb", "user_id:a%252Fb")]
    [InlineData("a%b", "user_id:a%25b")]
    [InlineData("a+b", "user_id:a+b")]
    [InlineData("a+b", "user_id:a%2Bb")]
    [InlineData("a b", "user_id:a%20b")]
    [InlineData("a:b:c", "user_id:a:b:c")]
    [InlineData("a?b#c", "user_id:a%3Fb%23c")]
    [InlineData("žluťoučký-😀", "user_id:%C5%BElu%C5%A5ou%C4%8Dk%C3%BD-%F0%9F%98%80")]
    [InlineData("..", "user_id:..")]
    [InlineData("x", "user_id%3Ax")]
    [InlineData("x", " user_id:x")]
    public async Task A_reference_in_the_path_is_unescaped_once(string value, string path)
    {
        var field = path.StartsWith("email", StringComparison.Ordinal) ? "\"traits\":{\"email\":" + JsonSerializer.Serialize(value) + "}" : $"\"userId\":{JsonSerializer.Serialize(value)}";
        await _server.PostAsync("/v1/identify", "{" + field + "}");

        Assert.Equal(200, await RawStatusAsync("/v1/profiles/" + path.Trim()));
        if (!path.EndsWith("..", StringComparison.Ordinal)) Assert.Equal(200, (await _server.GetAsync("/v1/profiles?ref=" + path.Trim().Replace("+", "%2B", StringComparison.Ordinal))).Status);
    }

    [Theory]
    [InlineData("/v1/profiles/email:%20A@X.com%20")]
    [InlineData("/v1/profiles/email:a@x.COM")]
    [InlineData("/v1/profiles?ref=email:A@x.com")]
    [InlineData("/v1/profiles?ref=phone:+43660123456")]
    [InlineData("/v1/profiles?ref=phone:%2B43660123456")]
    [InlineData("/v1/profiles/phone:0043660123456")]
    public async Task References_are_normalised_like_identifiers(string path)
    {
        await _server.PostAsync("/v1/identify", """{"traits":{"email":"a@x.com","phone":"+43 660 123456"}}""");

        Assert.Equal(200, (await _server.GetAsync(path)).Status);
    }

    [Theory]
    [InlineData("/v1/profiles/nonsense")]
    [InlineData("/v1/profiles/user_id:")]
    [InlineData("/v1/profiles/:u1")]
    [InlineData("/v1/profiles/user_id:null")]
    [InlineData("/v1/profiles/phone:12")]
    [InlineData("/v1/profiles/bad%20type:u1")]
    [InlineData("/v1/profiles/019aa18d-0000")]
    [InlineData("/v1/profiles")]
    [InlineData("/v1/profiles?ref=")]
    [InlineData("/v1/profiles?ref=secret@x.com")]
    public async Task A_bad_reference_is_400_with_a_hint_and_not_repeated(string path)
    {
        var answer = await _server.GetAsync(path);

        Assert.Equal((400, "invalid_ref"), (answer.Status, answer.Code));
        Assert.NotEmpty(answer.Json.GetProperty("detail").GetString()!);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_over_long_reference_is_400()
    {
        Assert.Equal("invalid_ref", (await _server.GetAsync("/v1/profiles/user_id:" + new string('u', 600))).Code);
    }

    [Fact]
    public async Task Unknown_profiles_are_404()
    {
        Assert.Equal((404, "profile_not_found"), (await _server.GetAsync("/v1/profiles/user_id:nobody")) is var a ? (a.Status, a.Code) : default);
        Assert.Equal("profile_not_found", (await _server.GetAsync("/v1/profiles/019aa18d-5d2f-7f6e-8a59-aaaaaaaaaaaa")).Code);
        foreach (var path in new[] { "events", "identities", "stream", "export" })
        {
            Assert.Equal("profile_not_found", (await _server.GetAsync("/v1/profiles/user_id:nobody/" + path)).Code);
        }
    }

    [Fact]
    public async Task A_profile_is_found_by_its_id()
    {
        var byUser = await _server.GetAsync("/v1/profiles/user_id:u1");
        var id = byUser.Json.GetProperty("id").GetString();

        Assert.Equal(byUser.Body, (await _server.GetAsync("/v1/profiles/" + id)).Body);
        Assert.Equal(byUser.Body, (await _server.GetAsync("/v1/profiles/" + id!.ToUpperInvariant())).Body);
        Assert.Equal(byUser.Body, (await _server.GetAsync("/v1/profiles?ref=" + id + "&unknown=1")).Body);
        Assert.Equal("application/json", byUser.Header("Content-Type"));
        Assert.Equal(Encoding.UTF8.GetByteCount(byUser.Body).ToString(System.Globalization.CultureInfo.InvariantCulture), byUser.Header("Content-Length"));
    }

    [Fact]
    public async Task An_unchanged_profile_is_304()
    {
        var first = await _server.GetAsync("/v1/profiles/user_id:u1");
        var tag = first.Header("ETag")!;
        Assert.Matches("^\"[0-9a-f-]{36}-1\"$", tag);

        foreach (var known in new[] { tag, "W/" + tag, "*", "\"x\", " + tag, "\"x\",*" })
        {
            var again = await _server.GetAsync("/v1/profiles/user_id:u1", ifNoneMatch: known);
            Assert.Equal((304, "", tag), (again.Status, again.Body, again.Header("ETag")));
        }

        Assert.Equal(200, (await _server.GetAsync("/v1/profiles/user_id:u1", ifNoneMatch: "\"x\"")).Status);
        await IdentifyAsync("u1");
        Assert.Equal(200, (await _server.GetAsync("/v1/profiles/user_id:u1", ifNoneMatch: tag)).Status);
    }

    [Fact]
    public async Task Includes_are_added_and_have_tags_of_their_own()
    {
        var bare = (await _server.GetAsync("/v1/profiles/user_id:u1")).Header("ETag")!.Trim('"');
        var both = await _server.GetAsync("/v1/profiles/user_id:u1?include=events,provenance");

        Assert.Equal($"\"{bare}-provenance+events\"", both.Header("ETag"));
        Assert.Equal("web", both.Json.GetProperty("provenance").GetProperty("plan").GetProperty("source").GetString());
        Assert.Equal("identify", both.Json.GetProperty("events")[0].GetProperty("type").GetString());
        Assert.Equal(bare[..36], both.Json.GetProperty("id").GetString());

        var provenance = await _server.GetAsync("/v1/profiles/user_id:u1?include=provenance");
        Assert.Equal($"\"{bare}-provenance\"", provenance.Header("ETag"));
        Assert.False(provenance.Json.TryGetProperty("events", out _));
        Assert.Equal(304, (await _server.GetAsync("/v1/profiles/user_id:u1?include=provenance", ifNoneMatch: provenance.Header("ETag"))).Status);
        Assert.Equal(200, (await _server.GetAsync("/v1/profiles/user_id:u1?include=provenance", ifNoneMatch: $"\"{bare}\"")).Status);
        Assert.Equal((400, "invalid_parameter"), (await _server.GetAsync("/v1/profiles/user_id:u1?include=everything")) is var a ? (a.Status, a.Code) : default);
    }

    [Fact]
    public async Task A_read_that_the_engine_cannot_do_is_503()
    {
        _server.Grid.ReadFailure = new GridUnavailableException("x");
        var answer = await _server.GetAsync("/v1/profiles/user_id:u1");
        Assert.Equal((503, "unavailable", "5"), (answer.Status, answer.Code, answer.Header("Retry-After")));
    }

    [Fact]
    public async Task A_lookup_keeps_the_order_and_answers_null_for_unknown_ones()
    {
        await IdentifyAsync("u2");

        var answer = await _server.PostAsync("/v1/profiles/lookup", """{"refs":["user_id:u2","user_id:nobody","user_id:u1"]}""", "reader");

        var profiles = answer.Json.GetProperty("profiles");
        Assert.Equal([JsonValueKind.Object, JsonValueKind.Null, JsonValueKind.Object], profiles.EnumerateArray().Select(p => p.ValueKind));
        Assert.NotEqual(profiles[0].GetProperty("id").GetString(), profiles[2].GetProperty("id").GetString());
        Assert.Equal("""{"profiles":[]}""", (await _server.PostAsync("/v1/profiles/lookup", """{"refs":[]}""", "reader")).Body);
    }

    [Theory]
    [InlineData("{", "invalid_json", "")]
    [InlineData("[]", "invalid_body", "")]
    [InlineData("""{"refs":"x"}""", "invalid_body", "")]
    [InlineData("""{"refs":["user_id:u1",5]}""", "invalid_ref", "refs[1]")]
    [InlineData("""{"refs":["user_id:u1","x","secret"]}""", "invalid_ref", "refs[1]")]
    [InlineData("""{"refs":["user_id:\ud800"]}""", "invalid_ref", "refs[0]")]
    public async Task A_wrong_lookup_says_what_is_wrong(string body, string code, string detail)
    {
        var answer = await _server.PostAsync("/v1/profiles/lookup", body, "reader");

        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Contains(detail, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lookup_takes_at_most_a_thousand_references()
    {
        var refs = string.Join(',', Enumerable.Repeat("\"user_id:u1\"", 1_000));
        Assert.Equal(1_000, (await _server.PostAsync("/v1/profiles/lookup", $$"""{"refs":[{{refs}}]}""", "reader")).Json.GetProperty("profiles").GetArrayLength());
        Assert.Equal(400, (await _server.PostAsync("/v1/profiles/lookup", $$"""{"refs":[{{refs}},"user_id:u1"]}""", "reader")).Status);
    }

    // HttpClient would tidy some of these targets up.
    private async Task<int> RawStatusAsync(string target)
    {
        using var socket = new System.Net.Sockets.TcpClient(_server.Address.Host, _server.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer reader\r\nConnection: close\r\n\r\n"));
        var answer = await new StreamReader(stream).ReadToEndAsync();
        return int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task IdentifyAsync(string user) => await _server.PostAsync("/v1/identify", $$$"""{"userId":"{{{user}}}","traits":{"plan":"pro"}}""");
}
