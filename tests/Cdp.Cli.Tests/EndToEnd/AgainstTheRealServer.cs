using System.Text.Json.Nodes;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;
using Cdp.Testing.Waiting;

namespace Cdp.Cli.Tests.EndToEnd;

public sealed class AgainstTheRealServer : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new() { RealTime = true };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_killed_in_the_middle_costs_no_row_and_doubles_none()
    {
        const int Rows = 12_000;
        var file = _folder.WriteRows("crm.csv", Rows);
        var server = await RealServer.StartAsync(_folder.File("data"));
        var import = Task.Run(() => _cli.RunAsync("import", file, "--map", "id=userId", "--batch", "50", "--url", server.Url));
        var checkpoint = file + ".cdp-import.json";
        await Eventually.TrueAsync("the import has begun", TimeSpan.FromSeconds(60), () => File.Exists(checkpoint) || import.IsCompleted);
        await server.KillAsync();
        await using var again = await RealServer.StartAsync(_folder.File("data"), server.Url);
        var run = await import;
        Assert.True(run.Code == ExitCodes.Ok, run.Out + run.Error);
        Assert.Contains("retried requests", run.Out, StringComparison.Ordinal);

        var second = await _cli.RunAsync("import", file, "--map", "id=userId", "--url", again.Url);
        Assert.Contains($"duplicates (nothing changed) {Rows}", second.Out, StringComparison.Ordinal);
        var refs = _folder.Write("refs", string.Concat(Enumerable.Range(1, Rows).Select(i => $"user_id:c{i}\n")));
        var export = await _cli.RunAsync("export", "--refs", refs, "--url", again.Url);
        Assert.Equal(ExitCodes.Ok, export.Code);
        Assert.All(export.Out.TrimEnd().Split('\n'), l => Assert.Equal(1, (int)JsonNode.Parse(l)!["computed"]!["eventCount"]!));
    }

    [Fact]
    public async Task Every_verb_works_also_with_a_ref_that_needs_escaping()
    {
        await using var server = await RealServer.StartAsync(_folder.File("data"));
        var file = _folder.Write("a.ndjson", """
            {"uid":"a/b+c%2F ?#ü","plan":"gold","when":"2026-01-01"}
            {"uid":"a/b+c%2F ?#ü","plan":"silver","when":"2025-01-01"}
            """);
        const string Ref = "user_id:a/b+c%2F ?#ü";
        Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("import", file, "--map", "uid=userId,when=timestamp", "--url", server.Url)).Code);
        Assert.Contains("gold", (await _cli.RunAsync("profile", "get", Ref, "--include", "provenance,events", "--url", server.Url)).Out, StringComparison.Ordinal);

        var tail = await _cli.RunAsync("events", "tail", Ref, "--json", "--url", server.Url);
        Assert.Equal(["silver", "gold"], tail.Out.TrimEnd().Split('\n').Select(l => (string)JsonNode.Parse(l)!["traits"]!["plan"]!));
        var export = await _cli.RunAsync("export", Ref, "--what", "all", "--url", server.Url);
        Assert.Equal(["profile", "identities", "event", "event"], export.Out.TrimEnd().Split('\n').Select(l => (string)JsonNode.Parse(l)!["kind"]!));

        var doctor = await _cli.RunAsync("doctor", "--data", _folder.File("data"), "--url", server.Url);
        Assert.True(doctor.Code == ExitCodes.Ok, doctor.Out);
        Assert.Contains("may read, ingest, admin, erase", doctor.Out, StringComparison.Ordinal);
        Assert.Contains("held: a server runs here", doctor.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audience_is_previewed_put_counted_listed_and_deleted()
    {
        await using var server = await RealServer.StartAsync(_folder.File("data"));
        var people = _folder.Write("people.csv", "id,plan\nu1,pro\nu2,pro\nu3,free\n");
        await _cli.RunAsync("import", people, "--map", "id=userId", "--url", server.Url);
        var file = _folder.Write("pro.json", """{"id":"pro","rule":{"trait":"plan","op":"eq","value":"pro"}}""");
        Assert.Equal("exactly 2 of 3 customers; 3 were judged", (await _cli.RunAsync("audience", "preview", file, "--url", server.Url)).Out.Trim());
        Assert.Equal("pro version 1 is in force", (await _cli.RunAsync("audience", "put", file, "--reason", "spring", "--url", server.Url)).Out.Trim());
        await Eventually.TrueAsync("the audience is filled", TimeSpan.FromSeconds(60), async () =>
            (await _cli.RunAsync("audience", "list", "--json", "--url", server.Url)).Out.Contains("\"state\":\"done\"", StringComparison.Ordinal));
        Assert.Matches("pro.*1.*2.*yes", (await _cli.RunAsync("audience", "list", "--url", server.Url)).Out);
        var members = await _cli.RunAsync("audience", "members", "pro", "--columns", "identifiers.user_id", "--url", server.Url);
        Assert.Equal(["u1", "u2"], members.Out.TrimEnd().Split('\n').Select(l => (string)JsonNode.Parse(l)!["identifiers.user_id"]![0]!).Order());
        Assert.Contains("\"value\": \"pro\"", (await _cli.RunAsync("audience", "get", "pro", "--url", server.Url)).Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("audience", "delete", "pro", "--url", server.Url)).Code);
        var gone = await _cli.RunAsync("audience", "get", "pro", "--url", server.Url);
        Assert.Equal(ExitCodes.Problem, gone.Code);
        Assert.Contains("definition_not_found", gone.Error, StringComparison.Ordinal);
        var wrong = await _cli.RunAsync("audience", "preview", _folder.Write("wrong.json", """{"id":"x","rule":{"trait":7}}"""), "--url", server.Url);
        Assert.Equal(ExitCodes.Problem, wrong.Code);
        Assert.Contains("$.rule", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fences_are_imported_tested_and_entered_and_a_trigger_is_tried_put_and_asked()
    {
        await using var server = await RealServer.StartAsync(_folder.File("data"));
        await _cli.RunAsync("import", _folder.Write("people.csv", "id,plan\nu1,pro\n"), "--map", "id=userId", "--url", server.Url);
        var fences = _folder.Write("fences.json", """
            {"type":"FeatureCollection","features":[
              {"type":"Feature","id":"shop","geometry":{"type":"Point","coordinates":[-10.75,-59.91]},"properties":{"radiusMeters":100,"confirmFixes":1,"name":"Shop"}},
              {"type":"Feature","id":"wrong","geometry":{"type":"Point","coordinates":[200,0]},"properties":{"radiusMeters":100}}]}
            """);
        var import = await _cli.RunAsync("geofence", "import", fences, "--url", server.Url);
        Assert.Equal((ExitCodes.Problem, "1 imported, 1 refused"), (import.Code, import.Out.Trim()));
        Assert.Contains("feature 1: ", import.Error, StringComparison.Ordinal);
        Assert.Equal("shop", (string)JsonNode.Parse((await _cli.RunAsync("geofence", "list", "--url", server.Url)).Out)!["id"]!);
        Assert.Matches("shop.*Shop.*true", (await _cli.RunAsync("geofence", "test", "--url", server.Url, "--", "-59.91,-10.75")).Out);
        Assert.Equal(ExitCodes.Usage, (await _cli.RunAsync("geofence", "test", "here", "--url", server.Url)).Code);

        var trigger = _folder.Write("trigger.json", """{"id":"visit","when":{"fence":["shop"]},"then":[{"sse":true}]}""");
        Assert.Equal("visit version 1 is in force", (await _cli.RunAsync("trigger", "put", trigger, "--url", server.Url)).Out.Trim());
        Assert.Matches("visit.*1.*shop", (await _cli.RunAsync("trigger", "list", "--url", server.Url)).Out);
        var move = await _cli.RunAsync("geofence", "move", "user_id:u1", "--device", "phone", "--accuracy", "5", "--url", server.Url, "--", "-59.91,-10.75");
        Assert.Equal(["accepted", "enter"], [move.Out.Split('\n')[0], (string)JsonNode.Parse(move.Out.Split('\n')[1])!["kind"]!]);
        Assert.Matches("visit.*acted.*fence.*shop", (await _cli.RunAsync("trigger", "decisions", "user_id:u1", "--url", server.Url)).Out);
        var around = await _cli.RunAsync("geofence", "decide", "user_id:u1", "--at=-59.91,-10.75", "--columns", "traits.plan", "--url", server.Url);
        Assert.Equal(("pro", "shop"), ((string)JsonNode.Parse(around.Out)!["fields"]!["traits.plan"]!, (string)JsonNode.Parse(around.Out)!["fences"]![0]!["id"]!));

        var plan = _folder.Write("plan.json", """{"when":{"event":"identify"},"then":[{"sse":true}]}""");
        var dry = await _cli.RunAsync("trigger", "dryrun", plan, "--url", server.Url);
        Assert.Contains("1 of 1 customers were played (all)", dry.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("trigger", "dryrun", "visit", "--ref", "user_id:u1", "--json", "--url", server.Url)).Code);
        Assert.Equal(ExitCodes.Problem, (await _cli.RunAsync("trigger", "dryrun", "nobody", "--url", server.Url)).Code);
        Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("trigger", "delete", "visit", "--url", server.Url)).Code);
        Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("geofence", "delete", "shop", "--url", server.Url)).Code);
    }

    [Fact]
    public async Task Following_shows_events_as_they_come()
    {
        await using var server = await RealServer.StartAsync(_folder.File("data"));
        Task<CliResult> Send(string name) => _cli.RunAsync(
            "import", _folder.Write($"{name}.csv", $"id,n\nu1,{name}\n"), "--map", "id=userId", "--type", "track", "--event", name, "--url", server.Url);
        await Send("first");
        using var stop = new CancellationTokenSource();
        var cli = new CliRun { RealTime = true };
        var following = Task.Run(() => cli.RunAsync(stop.Token, "events", "tail", "user_id:u1", "--follow", "--url", server.Url));
        await Eventually.TrueAsync("what was there is shown", TimeSpan.FromSeconds(30), () => cli.OutSoFar.Contains("first", StringComparison.Ordinal));
        await Send("second");
        await Eventually.TrueAsync("what came is shown", TimeSpan.FromSeconds(30), () => cli.OutSoFar.Contains("second", StringComparison.Ordinal));
        await stop.CancelAsync();
        var result = await following;
        Assert.Equal(ExitCodes.Ok, result.Code);
        Assert.Contains("first", result.Out, StringComparison.Ordinal);
        Assert.Contains("second", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_rows_of_one_time_the_later_row_wins()
    {
        await using var server = await RealServer.StartAsync(_folder.File("data"));
        var file = _folder.Write("a.csv", "id,n\n" + string.Concat(Enumerable.Range(1, 300).Select(i => $"u{i % 3},{i}\n")));
        await _cli.RunAsync("import", file, "--map", "id=userId", "--batch", "7", "--url", server.Url);
        var export = await _cli.RunAsync("export", "user_id:u0", "user_id:u1", "user_id:u2", "--url", server.Url);
        Assert.Equal(["300", "298", "299"], export.Out.TrimEnd().Split('\n').Select(l => (string)JsonNode.Parse(l)!["traits"]!["n"]!));
    }

    [Fact]
    public async Task Identities_are_tried_out_joined_taken_apart_and_looked_at()
    {
        await using var server = await RealServer.StartAsync(_folder.File("data"));
        Task<CliResult> RunAsync(params string[] args) => _cli.RunAsync([.. args, "--url", server.Url]);
        var events = _folder.Write("events.ndjson", string.Concat(Enumerable.Range(0, 6).Select(i => $$"""{"type":"identify","messageId":"m{{i}}","userId":"u{{i}}","anonymousId":"tablet"}""" + "\n")));

        var simulated = JsonNode.Parse((await RunAsync("identity", "simulate", events, "--preset", "snowplow", "--json")).Out)!;
        Assert.Equal((7, 6), (simulated["profiles"]!.AsArray().Count, simulated["outcomes"]!.AsArray().Count));
        Assert.Equal(ExitCodes.Problem, (await RunAsync("profile", "get", "user_id:u0")).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("identity", "doctor")).Code);

        Assert.Equal(ExitCodes.Ok, (await RunAsync("import", events, "--format", "segment")).Code);
        var doctor = await RunAsync("identity", "doctor");
        Assert.Equal(ExitCodes.Problem, doctor.Code);
        Assert.Contains("values in many profiles: 1", doctor.Out, StringComparison.Ordinal);

        var merge = JsonNode.Parse((await RunAsync("identity", "merge", "user_id:u0", "user_id:u1", "--reason", "one person", "--json")).Out)!;
        Assert.Equal((await ProfileAsync("user_id:u0"))["id"]!.ToString(), (await ProfileAsync("user_id:u1"))["id"]!.ToString());
        var split = await RunAsync("identity", "split", "user_id:u0", "--merge", $"{merge["mergeId"]}", "--reason", "two people");
        Assert.True(split.Code == ExitCodes.Ok, split.Error);
        Assert.NotEqual((await ProfileAsync("user_id:u0"))["id"]!.ToString(), (await ProfileAsync("user_id:u1"))["id"]!.ToString());

        var policy = _folder.Write("policy.json", """{"Preset":"mixpanel"}""");
        Assert.Contains("version 1 (stored)", (await RunAsync("identity", "policy", "put", policy, "--if-version", "0", "--reason", "move")).Out, StringComparison.Ordinal);
        Assert.Equal("mixpanel", (string?)JsonNode.Parse((await RunAsync("identity", "policy", "get")).Out)!["Preset"]);
        Assert.Equal(ExitCodes.Problem, (await RunAsync("identity", "policy", "delete", "--if-version", "0")).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("identity", "policy", "delete")).Code);
        Assert.Contains("deleted", (await RunAsync("identity", "policy", "history")).Out, StringComparison.Ordinal);

        async Task<JsonNode> ProfileAsync(string reference) => JsonNode.Parse((await RunAsync("profile", "get", reference, "--json")).Out)!;
    }
}
