using System.Text.Json.Nodes;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;

namespace Cdp.Cli.Tests.Verbs;

public sealed class Identities : IAsyncLifetime, IDisposable
{
    private const string Simulated = """
        {"profiles":[
          {"id":"01","mergedIds":["03"],"identifiers":[{"type":"user_id","value":"tom"},{"type":"anonymous_id","value":"tab[let]","shared":true}],"traits":{"plan":"pro\u001b[31m"},"computed":{"eventCount":2}},
          {"id":"02","mergedIds":[],"identifiers":[{"type":"user_id","value":"summer"}],"traits":{},"computed":{"eventCount":1}}],
         "outcomes":[
          {"messageId":"m1","outcome":"applied","profileId":"03","reasons":[{"code":"created","identifier":"user_id:tom","detail":null},{"code":"linked","identifier":"anonymous_id:tab[let]","detail":null}]},
          {"messageId":"m2","outcome":"rejected","profileId":null,"reasons":[{"code":"no_identifier","identifier":null,"detail":null}]},
          {"messageId":"m3","outcome":"applied","profileId":"02","reasons":[]}]}
        """;

    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();
    private readonly List<(string Target, string? IfMatch, JsonNode? Body)> _calls = [];
    private (int Status, string Body) _answer = (200, "{}");
    private FakeServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _server.Other = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            _calls.Add((_server.RawTargets[^1], context.Request.Headers.IfMatch, body.Length == 0 ? null : JsonNode.Parse(body)));
            return await FakeServer.Answer(context, _answer.Status, body: _answer.Body);
        };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"userId\":\"a\"}\r\n\n  {\"userId\":\"b\"}\n")]
    [InlineData("\uFEFF\n [{\"userId\":\"a\"}, {\"userId\":\"b\"}]\n")]
    public async Task Events_are_sent_as_they_stand_and_shown_with_short_names_for_profiles(string events)
    {
        _answer = (200, Simulated);
        var run = await RunAsync("simulate", _folder.Write("events", events), "--preset", "snowplow", "--policy", _folder.Write("policy.json", """{"BlockedValues":["x"]}"""));

        Assert.Equal((ExitCodes.Ok, ""), (run.Code, run.Error));
        var (target, _, body) = Assert.Single(_calls);
        Assert.Equal("POST /v1/identity/simulate", target);
        Assert.Equal("""{"preset":"snowplow","policy":{"BlockedValues":["x"]},"events":[{"userId":"a"},{"userId":"b"}]}""", body!.ToJsonString());
        var lines = run.Out.Split('\n');
        Assert.Matches(@"1 +m1 +applied +P1 +created user_id:tom", Assert.Single(lines, l => l.Contains("m1", StringComparison.Ordinal)));
        Assert.Matches(@"2 +m2 +rejected +no_identifier", Assert.Single(lines, l => l.Contains("m2", StringComparison.Ordinal)));
        Assert.Matches(@"3 +m3 +applied +P2 *$", Assert.Single(lines, l => l.Contains("m3", StringComparison.Ordinal)).TrimEnd());
        Assert.Contains("anonymous_id:tab[let] (shared)", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);

        Assert.Equal(Simulated, (await RunAsync("simulate", _folder.File("events"), "--json")).Out.TrimEnd());
        Assert.Equal(["events"], _calls[^1].Body!.AsObject().Select(m => m.Key));
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"secret\"\n", "cdp: line 2 is no JSON.\n")]
    [InlineData("[{\"secret\":", "cdp: the file is no JSON array.\n")]
    public async Task A_file_that_is_no_JSON_is_exit_code_2_and_not_repeated(string events, string error)
    {
        var run = await RunAsync("simulate", _folder.Write("events", events));

        Assert.Equal((ExitCodes.Usage, error), (run.Code, run.Error));
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task A_file_that_is_too_long_or_missing_is_exit_code_2_without_a_request()
    {
        Assert.Equal(ExitCodes.Usage, (await RunAsync("simulate", _folder.Write("long", new string(' ', (1024 * 1024) + 1)))).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("simulate", _folder.File("missing"))).Code);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_policy_is_said_in_one_line()
    {
        _answer = (400, """{"code":"invalid_policy","detail":"2 problems.","errors":["Identity:A: no.","Identity:B: no."]}""");
        var run = await RunAsync("policy", "put", _folder.Write("policy.json", "{}"));

        Assert.Equal((ExitCodes.Usage, "cdp: policy: 400 invalid_policy. 2 problems. Identity:A: no. Identity:B: no.\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task A_merge_says_how_to_undo_it()
    {
        _answer = (200, """{"mergeId":"0198-7","profileId":"0198"}""");
        var run = await RunAsync("merge", "user_id:a", "email:b@x.de", "--reason", "called us");

        Assert.Equal((ExitCodes.Ok, "Both are 0198 now.\nTo undo it: cdp identity split 0198 --merge 0198-7 --reason …\n"), (run.Code, run.Out));
        Assert.Equal("""{"survivor":"user_id:a","absorbed":"email:b@x.de","reason":"called us"}""", _calls[0].Body!.ToJsonString());
        Assert.Equal(_answer.Body, (await RunAsync("merge", "user_id:a", "user_id:b", "--reason", "x", "--json")).Out.TrimEnd());
        Assert.Equal(ExitCodes.Usage, (await RunAsync("merge", "user_id:a", "user_id:b")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("merge", "nobody", "user_id:b", "--reason", "x")).Code);
        Assert.Equal(2, _calls.Count);
    }

    [Theory]
    [InlineData(404, """{"code":"profile_not_found","detail":"absorbed"}""", ExitCodes.Problem, "cdp: merge: profile_not_found. absorbed\n")]
    [InlineData(404, """{"code":"not_found"}""", ExitCodes.Server, "cdp: merge: the server answered 404 not_found.\n")]
    [InlineData(409, """{"code":"same_profile"}""", ExitCodes.Problem, "cdp: merge: same_profile.\n")]
    [InlineData(403, """{"code":"forbidden","detail":"The key lacks the scope admin."}""", ExitCodes.Server, "cdp: merge: the key may not do this (403). The key lacks the scope admin.\n")]
    [InlineData(503, """{"code":"unavailable"}""", ExitCodes.Server, "cdp: merge: the server answered 503 unavailable.\n")]
    public async Task What_cannot_be_done_is_told_apart_from_a_server_that_cannot(int status, string body, int code, string error)
    {
        _answer = (status, body);
        var run = await RunAsync("merge", "user_id:a", "user_id:b", "--reason", "x");

        Assert.Equal((code, error), (run.Code, run.Error));
    }

    [Fact]
    public async Task A_split_takes_identifiers_or_a_merge()
    {
        _answer = (200, """{"profileId":"01","splitProfileId":"02","profileIds":["01","02"],"identifiers":2,"events":7}""");
        var run = await RunAsync("split", "user_id:a", "--identifiers", "email:b@x.de", "anonymous_id:d,1", "--reason", "two people");
        Assert.Equal((ExitCodes.Ok, "02 has left 01, with 2 identifiers and 7 events.\n"), (run.Code, run.Out));
        Assert.Equal("""{"profile":"user_id:a","reason":"two people","neverMerge":true,"identifiers":["email:b@x.de","anonymous_id:d,1"]}""", _calls[0].Body!.ToJsonString());

        await RunAsync("split", "user_id:a", "--merge", "01-7", "--allow-merge", "--reason", "x");
        Assert.Equal("""{"profile":"user_id:a","reason":"x","neverMerge":false,"mergeId":"01-7"}""", _calls[1].Body!.ToJsonString());

        Assert.Equal(ExitCodes.Usage, (await RunAsync("split", "user_id:a", "--reason", "x")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("split", "user_id:a", "--merge", "01-7", "--identifiers", "a:b", "--reason", "x")).Code);
        Assert.Equal(2, _calls.Count);
    }

    [Fact]
    public async Task A_policy_can_be_got_and_put_back()
    {
        _answer = (200, """{"version":3,"source":"stored","at":"2026-11-25T05:00:00Z","by":"ops","reason":null,"policy":{"Preset":"adobe","BlockedValues":["ä.*"]}}""");
        var got = await RunAsync("policy", "get");
        Assert.Equal((ExitCodes.Ok, "version 3 (stored, by ops at 2026-11-25T05:00:00Z)\n"), (got.Code, got.Error));
        Assert.Contains("ä.*", got.Out, StringComparison.Ordinal);

        var put = await RunAsync("policy", "put", _folder.Write("policy.json", got.Out), "--reason", "a b", "--if-version", "3");
        Assert.Equal((ExitCodes.Ok, "version 3 (stored) is in force\n"), (put.Code, put.Out));
        Assert.Equal(("PUT /v1/identity/policy?reason=a%20b", "\"3\""), (_calls[1].Target, _calls[1].IfMatch));
        Assert.Equal("""{"Preset":"adobe","BlockedValues":["ä.*"]}""", _calls[1].Body!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

        await RunAsync("policy", "delete");
        Assert.Equal(("DELETE /v1/identity/policy", "", true), (_calls[2].Target, _calls[2].IfMatch ?? "", _calls[2].Body is null));
        _answer = (412, """{"code":"version_conflict","detail":"The latest version is 4."}""");
        var late = await RunAsync("policy", "delete", "--if-version", "3");
        Assert.Equal((ExitCodes.Problem, "cdp: policy: version_conflict. The latest version is 4.\n"), (late.Code, late.Error));
    }

    [Fact]
    public async Task The_history_of_a_policy_says_who_and_why()
    {
        _answer = (200, """{"history":[{"version":2,"at":"t2","by":"key:ab","reason":null,"policy":null},{"version":1,"at":"t1","by":"ops","reason":"moving over","policy":{}}],"before":null}""");
        var run = await RunAsync("policy", "history", "-n", "7");

        Assert.Equal("GET /v1/identity/policy/history?limit=7", _calls[0].Target);
        Assert.Matches(@"2 +t2 +key:ab +deleted", run.Out);
        Assert.Matches(@"1 +t1 +ops +put +moving over", run.Out);
    }

    [Fact]
    public async Task Findings_are_exit_code_1_and_none_are_0()
    {
        _answer = (200, """
            {"complete":false,"incomplete":["decisions"],"identifiersRead":18,"decisionsRead":20,
             "nearLimits":{"count":2,"findings":[{"profileId":"01","identifiers":900,"limit":1000,"type":null}]},
             "joiningValues":{"count":1,"findings":[{"type":"email","value":"info@x.de","profiles":6,"moved":1,"refused":5,"shared":0}]},
             "manyMerges":{"count":0,"findings":[]},"manyPersons":{"count":0,"findings":[]}}
            """);
        var run = await RunAsync("doctor", "--values", "-n", "1", "--min", "6", "--seconds", "60");

        Assert.Equal(ExitCodes.Problem, run.Code);
        Assert.Equal("GET /v1/identity/doctor?limit=1&min=6&seconds=60&values=true", _calls[0].Target);
        Assert.Contains("near a limit: 2, the worst 1", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"01 +all types +900 +1000", run.Out);
        Assert.Matches(@"email +info@x.de +6 +1 +5 +0", run.Out);
        Assert.Contains("Not all decisions were read", run.Out, StringComparison.Ordinal);

        _answer = (200, """
            {"complete":true,"incomplete":[],"identifiersRead":0,"decisionsRead":0,"nearLimits":{"count":0,"findings":[]},"joiningValues":{"count":0,"findings":[]},
             "manyMerges":{"count":0,"findings":[]},"manyPersons":{"count":0,"findings":[]}}
            """);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("doctor")).Code);
        Assert.Equal("GET /v1/identity/doctor?limit=20&min=5&seconds=30", _calls[1].Target);
    }

    [Fact]
    public async Task An_answer_that_is_not_the_servers_is_exit_code_3()
    {
        _answer = (200, "<html>");

        Assert.Equal(ExitCodes.Server, (await RunAsync("doctor")).Code);
    }

    private Task<CliResult> RunAsync(params string[] args) => _cli.RunAsync(["identity", .. args, "--url", _server.Url]);
}
