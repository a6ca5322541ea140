using System.Text;
using System.Text.Json;
using Cdp.Api.Policies;
using Cdp.Api.Settings;
using Cdp.Api.Tests.Support;
using Cdp.Core.Definitions;
using Cdp.Hosting.Definitions;
using Cdp.Testing.Definitions;
using Cdp.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Api.Tests.Policies;

public sealed class PolicyTests
{
    private const string Path = "/v1/identity/policy";
    private const string OneEmail = """{"types":{"email":{"maxPerProfile":1}}}""";

    private const string Configured = """
        {"Cdp":{"Workspaces":{
          "shop":{"WriteKeys":["w1"],"ApiKeys":[{"Key":"all","Label":"ops team","Scopes":["read","ingest","admin"]},{"Key":"reader","Scopes":["read","ingest"]},{"Key":"boss","Scopes":["admin"]}],
                  "Identity":{"DefaultRegion":"AT","MaxIdentifiersPerProfile":77,"BlockedValues":["test.*"],"Types":{"email":{"MaxPerProfile":4}}}},
          "other":{"ApiKeys":[{"Key":"oall","Scopes":["read","ingest","admin"]}]}}}}
        """;

    [Fact]
    public async Task Without_a_stored_policy_the_configurations_is_shown_and_can_be_put_as_it_is()
    {
        await using var server = await ApiServer.StartAsync(Configured);

        var shown = await server.GetAsync(Path);
        var policy = shown.Json.GetProperty("policy");
        Assert.Equal((200, "\"0\"", 0, "configuration"), (shown.Status, shown.Header("ETag"), shown.Json.GetProperty("version").GetInt32(), shown.Json.GetProperty("source").GetString()));
        Assert.Equal("""{"BlockedValues":["test.*"],"DefaultRegion":"AT","MaxIdentifiersPerProfile":77,"Types":{"email":{"MaxPerProfile":4}}}""", Sorted(policy));
        Assert.Equal("{}", (await server.GetAsync(Path, "oall")).Json.GetProperty("policy").GetRawText());

        var before = server.Live.Rules("shop");
        Assert.Equal(200, (await PutAsync(server, policy.GetRawText())).Status);
        var after = server.Live.Rules("shop");
        Assert.NotSame(before, after);
        Assert.Equal((before.DefaultRegion, before.MaxIdentifiersPerProfile, before.TypeOf("email")), (after.DefaultRegion, after.MaxIdentifiersPerProfile, after.TypeOf("email")));
        Assert.True(after.Blocked.Contains("user_id", "testing"));
    }

    [Fact]
    public async Task A_policy_that_was_put_judges_the_next_event_and_nothing_before_it()
    {
        await using var server = await ApiServer.StartRealAsync(Configured);
        Assert.Equal(2, await EmailsAsync(server, "before"));

        var put = await PutAsync(server, OneEmail);

        Assert.Equal((200, 1, "stored", "\"1\""), (put.Status, put.Json.GetProperty("version").GetInt32(), put.Json.GetProperty("source").GetString(), put.Header("ETag")));
        Assert.Equal(1, await EmailsAsync(server, "after"));
        Assert.Equal(2, CountEmails((await server.GetAsync("/v1/profiles/user_id:before")).Json));
        Assert.Equal(2, await EmailsAsync(server, "there", "oall"));

        var deleted = await server.SendAsync(HttpMethod.Delete, Path, null, "all");
        Assert.Equal((200, 2, "configuration"), (deleted.Status, deleted.Json.GetProperty("version").GetInt32(), deleted.Json.GetProperty("source").GetString()));
        Assert.Equal(2, await EmailsAsync(server, "again"));
    }

    [Fact]
    public async Task Rules_of_traits_are_put_like_any_others_and_shown_in_provenance()
    {
        await using var server = await ApiServer.StartRealAsync(Configured);
        Assert.Equal(200, (await PutAsync(server, """{"Traits":{"points":{"Resolve":"sum"}}}""")).Status);
        foreach (var points in (int[])[3, 4])
        {
            var sent = await server.SendAsync(
                HttpMethod.Post, "/v1/identify?outcomes=true", Json($$$"""{"userId":"u1","traits":{"points":{{{points}}},"plan":"pro"}}"""), "all");
            Assert.Equal(200, sent.Status);
        }

        var patched = await server.SendAsync(HttpMethod.Patch, "/v1/profiles/user_id:u1/traits", Json("""{"points":0.5}"""), "all");
        Assert.Equal("7.5", patched.Json.GetProperty("traits").GetProperty("points").GetRawText());
        var provenance = (await server.GetAsync("/v1/profiles/user_id:u1?include=provenance")).Json.GetProperty("provenance");
        Assert.Equal(("sum", "api"), (provenance.GetProperty("points").GetProperty("rule").GetString(), provenance.GetProperty("points").GetProperty("source").GetString()));
        Assert.Equal("latest", provenance.GetProperty("plan").GetProperty("rule").GetString());

        // New rules judge new events: what was added up stands until the next write.
        await server.SendAsync(HttpMethod.Delete, Path, null, "all");
        Assert.Equal("7.5", (await server.GetAsync("/v1/profiles/user_id:u1")).Json.GetProperty("traits").GetProperty("points").GetRawText());
    }

    [Fact]
    public async Task The_history_says_who_when_why_and_what()
    {
        await using var server = await ApiServer.StartAsync(Configured);
        await PutAsync(server, OneEmail, reason: "two e-mails are a mistake & we know it");
        server.Time.Advance(TimeSpan.FromSeconds(5));
        await server.SendAsync(HttpMethod.Delete, Path, null, "boss");
        await PutAsync(server, "{}");

        var history = (await server.GetAsync(Path + "/history")).Json;
        var versions = history.GetProperty("history").EnumerateArray().ToArray();
        Assert.Equal([3, 2, 1], versions.Select(v => v.GetProperty("version").GetInt32()));
        Assert.Equal([null, null, "two e-mails are a mistake & we know it"], versions.Select(v => v.GetProperty("reason").GetString()));
        Assert.Equal("ops team", versions[2].GetProperty("by").GetString());
        Assert.Matches("^key:[0-9a-f]{8}$", versions[1].GetProperty("by").GetString());
        Assert.Equal(["{}", "null", OneEmail], versions.Select(v => v.GetProperty("policy").GetRawText()));
        Assert.Equal("2026-11-22T12:00:05.000Z", versions[1].GetProperty("at").GetString());
        Assert.Equal(JsonValueKind.Null, history.GetProperty("before").ValueKind);

        var page = (await server.GetAsync(Path + "/history?limit=1")).Json;
        Assert.Equal(3, page.GetProperty("before").GetInt32());
        Assert.Equal(2, (await server.GetAsync(Path + "/history?limit=1&before=3")).Json.GetProperty("history")[0].GetProperty("version").GetInt32());

        var now = (await server.GetAsync(Path)).Json;
        Assert.Equal((3, "stored", "ops team"), (now.GetProperty("version").GetInt32(), now.GetProperty("source").GetString(), now.GetProperty("by").GetString()));
        Assert.DoesNotContain("boss", (await server.GetAsync(Path + "/history")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_policy_is_refused_with_every_complaint_and_changes_nothing()
    {
        await using var server = await ApiServer.StartAsync(Configured);
        await PutAsync(server, OneEmail);
        var rules = server.Live.Rules("shop");

        var answer = await PutAsync(server, """{"MaxIdentifiersPerProfile":0,"Types":{"email":{"Bridges":"x","MaxPerProfile":"many"}},"nonsense":1}""");

        Assert.Equal((400, "invalid_policy"), (answer.Status, answer.Code));
        var errors = answer.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetString()!).ToArray();
        Assert.Equal(4, errors.Length);
        foreach (var path in (string[])["Identity:MaxIdentifiersPerProfile:", "Identity:Types:email:Bridges:", "Identity:Types:email:MaxPerProfile:", "Identity:nonsense:"])
            Assert.Contains(errors, e => e.StartsWith(path, StringComparison.Ordinal));
        Assert.Same(rules, server.Live.Rules("shop"));
        Assert.Equal(1, (await server.GetAsync(Path)).Json.GetProperty("version").GetInt32());
    }

    [Theory]
    [InlineData("", "invalid_json")]
    [InlineData("{", "invalid_json")]
    [InlineData("{} {}", "invalid_json")]
    [InlineData("{},\"Evil\":{}", "invalid_json")]
    [InlineData("[]", "invalid_policy")]
    [InlineData("null", "invalid_policy")]
    [InlineData("""{"MaxIdentifiersPerProfile":5,"maxIdentifiersPerProfile":6}""", "invalid_policy")]
    public async Task What_is_no_policy_is_refused(string body, string code)
    {
        await using var server = await ApiServer.StartAsync(Configured);
        var answer = await PutAsync(server, body);
        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Equal(0, (await server.GetAsync(Path)).Json.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_write_that_expects_another_version_is_refused()
    {
        await using var server = await ApiServer.StartAsync(Configured);

        Assert.Equal(200, (await PutAsync(server, OneEmail, "\"0\"")).Status);
        var late = await PutAsync(server, "{}", "\"0\"");
        Assert.Equal((412, "version_conflict"), (late.Status, late.Code));
        Assert.Equal(200, (await PutAsync(server, "{}", "\"1\"")).Status);
        Assert.Equal(200, (await PutAsync(server, "{}", "*")).Status);
        Assert.Equal((400, "invalid_parameter"), Short(await PutAsync(server, "{}", "W/\"x\"")));
        Assert.Equal(412, (await server.SendAsync(HttpMethod.Delete, Path, null, "all", r => r.Headers.TryAddWithoutValidation("If-Match", "\"1\""))).Status);
        Assert.Equal(3, (await server.GetAsync(Path)).Json.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Deleting_what_is_not_stored_changes_nothing()
    {
        await using var server = await ApiServer.StartAsync(Configured);
        var answer = await server.SendAsync(HttpMethod.Delete, Path, null, "all");
        Assert.Equal((200, 0), (answer.Status, answer.Json.GetProperty("version").GetInt32()));
        Assert.Empty((await server.GetAsync(Path + "/history")).Json.GetProperty("history").EnumerateArray());
    }

    [Fact]
    public async Task A_policy_is_for_administrators_of_its_own_workspace()
    {
        await using var server = await ApiServer.StartAsync(Configured);
        await PutAsync(server, OneEmail);

        Assert.Equal(403, (await server.GetAsync(Path, "reader")).Status);
        Assert.Equal(403, (await server.SendAsync(HttpMethod.Put, Path, Json("{}"), "reader")).Status);
        Assert.Equal(403, (await server.SendAsync(HttpMethod.Delete, Path, null, "reader")).Status);
        Assert.Equal(403, (await server.GetAsync(Path + "/history", "reader")).Status);
        Assert.Equal(401, (await server.GetAsync(Path, "nobody")).Status);
        Assert.Equal(0, (await server.GetAsync(Path, "oall")).Json.GetProperty("version").GetInt32());
        Assert.Equal(5, server.Live.Rules("other").TypeOf("email").MaxPerProfile);
    }

    [Fact]
    public async Task A_store_that_is_away_is_503_and_leaves_the_rules_as_they_are()
    {
        await using var server = await ApiServer.StartAsync(Configured);
        await PutAsync(server, OneEmail);
        ((InMemoryDefinitions)server.Definitions).IsUnavailable = true;

        Assert.Equal((503, "unavailable"), Short(await PutAsync(server, "{}")));
        Assert.Equal((503, "unavailable"), Short(await server.GetAsync(Path)));
        server.Time.Advance(DefinitionWatch.Interval);
        Assert.Equal(1, server.Live.Rules("shop").TypeOf("email").MaxPerProfile);
    }

    [Fact]
    public async Task What_another_process_wrote_takes_effect_with_the_next_look()
    {
        await using var server = await ApiServer.StartAsync(Configured);
        await WriteAsync(server.Definitions, OneEmail);
        Assert.Equal(4, server.Live.Rules("shop").TypeOf("email").MaxPerProfile);

        await LooksUntilAsync("the policy is in force", () => server.Live.Rules("shop").TypeOf("email").MaxPerProfile == 1);

        // Of a newer release, say: what is in force stays.
        await WriteAsync(server.Definitions, """{"KnobOfTomorrow":1}""");
        await WriteAsync(server.Definitions, OneEmail, "other");
        await LooksUntilAsync("later changes are seen", () => server.Live.Rules("other").TypeOf("email").MaxPerProfile == 1);
        Assert.Equal(1, server.Live.Rules("shop").TypeOf("email").MaxPerProfile);

        await WriteAsync(server.Definitions, null);
        await LooksUntilAsync("the configuration's is back", () => server.Live.Rules("shop").TypeOf("email").MaxPerProfile == 4);

        // The host says of no timer of its when it is armed.
        Task LooksUntilAsync(string what, Func<bool> isSo) => Eventually.TrueAsync(what, TimeSpan.FromSeconds(10), () =>
        {
            server.Time.Advance(DefinitionWatch.Interval);
            return isSo();
        });
    }

    [Fact]
    public async Task A_reload_of_the_configuration_does_not_displace_a_stored_policy()
    {
        await using var server = await ApiServer.StartAsync(Configured);
        await PutAsync(server, OneEmail);
        server.Live.Replace(ApiServer.Settings(Configured.Replace("77", "78", StringComparison.Ordinal)));

        Assert.Equal((1, 1_000), (server.Live.Rules("shop").TypeOf("email").MaxPerProfile, server.Live.Rules("shop").MaxIdentifiersPerProfile));
        await server.SendAsync(HttpMethod.Delete, Path, null, "all");
        Assert.Equal(78, server.Live.Rules("shop").MaxIdentifiersPerProfile);
    }

    [Theory]
    [InlineData("shop", false, true)]
    [InlineData("shop", true, false)]
    [InlineData("not-configured", false, false)]
    public async Task A_stored_policy_that_cannot_be_read_stops_the_start_and_is_named(string workspace, bool skip, bool isStopped)
    {
        var store = new InMemoryDefinitions();
        await WriteAsync(store, """{"KnobOfTomorrow":1,"Types":{"email":{"MaxPerProfile":0}}}""", workspace);
        var live = new LiveSettings(ApiServer.Settings(Configured.Replace("{\"Cdp\":{", $$"""{"Cdp":{"SkipUnreadablePolicies":{{(skip ? "true" : "false")}},""", StringComparison.Ordinal)));

        if (!isStopped)
        {
            await GridDefinitions.LoadAsync(store, live, NullLogger.Instance);
            Assert.Equal(4, live.Rules("shop").TypeOf("email").MaxPerProfile);
            return;
        }

        var error = await Assert.ThrowsAsync<SettingsException>(() => GridDefinitions.LoadAsync(store, live, NullLogger.Instance));
        Assert.Equal(3, error.Problems.Count);
        Assert.Contains("workspace shop (version 1) cannot be read: Identity:KnobOfTomorrow:", error.Message, StringComparison.Ordinal);
        Assert.Contains("SkipUnreadablePolicies", error.Message, StringComparison.Ordinal);
    }

    private static Task<Answer> PutAsync(ApiServer server, string policy, string? ifMatch = null, string? reason = null) => server.SendAsync(
        HttpMethod.Put, Path + (reason is null ? "" : "?reason=" + Uri.EscapeDataString(reason)), Json(policy), "all",
        r => _ = ifMatch is not null && r.Headers.TryAddWithoutValidation("If-Match", ifMatch));

    private static async Task WriteAsync(IDefinitions store, string? policy, string workspace = "shop") => Assert.Equal(
        DefinitionStatus.Written,
        (await store.WriteAsync(new(workspace, IdentityPolicies.Kind, IdentityPolicies.Name, policy is null ? null : Encoding.UTF8.GetBytes(policy), 1, "test"))).Status);

    /// <summary>Sends two e-mails of one new person and says how many were linked.</summary>
    private static async Task<int> EmailsAsync(ApiServer server, string user, string key = "all")
    {
        foreach (var n in (int[])[1, 2])
        {
            var sent = await server.SendAsync(HttpMethod.Post, "/v1/identify", Json($$$"""{"userId":"{{{user}}}","traits":{"email":"{{{user}}}{{{n}}}@example.test"}}"""), key);
            Assert.Equal(200, sent.Status);
        }

        return CountEmails((await server.GetAsync("/v1/profiles/user_id:" + user, key)).Json);
    }

    private static int CountEmails(JsonElement profile) => profile.GetProperty("identifiers").EnumerateArray().Count(i => i.GetProperty("type").GetString() == "email");

    private static ByteArrayContent Json(string json) => new(Encoding.UTF8.GetBytes(json));

    private static (int, string?) Short(Answer answer) => (answer.Status, answer.Code);

    private static string Sorted(JsonElement json) => JsonSerializer.Serialize(json.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal).ToDictionary(m => m.Name, m => m.Value));
}
