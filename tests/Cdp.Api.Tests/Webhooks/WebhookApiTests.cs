using System.Text;
using System.Text.RegularExpressions;
using Cdp.Api.Tests.Support;
using Cdp.Api.Tests.Webhooks.Support;
using Cdp.Core.Grid;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;
using Cdp.Testing.Waiting;
using Microsoft.Extensions.DependencyInjection;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Api.Tests.Webhooks;

public sealed partial class WebhookApiTests
{
    private static readonly string Loopback =
        ApiServer.TwoWorkspaces.Replace("""{"Cdp":{""", """{"Cdp":{"Webhooks":{"AllowPrivateAddresses":["127.0.0.0/8"]},""", StringComparison.Ordinal);

    [Fact]
    public async Task An_endpoint_is_put_read_listed_and_deleted()
    {
        await using var server = await ApiServer.StartAsync();
        var put = await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/crm?reason=new", """{"id":"crm","url":"https://crm.example/in","headers":{"Authorization":"Bearer x"}}""");
        Assert.Equal((200, 1, "\"1\""), (put.Status, put.Json.GetProperty("version").GetInt32(), put.Header("ETag")));

        var read = await server.GetAsync("/v1/webhooks/crm");
        Assert.Equal("""{"id":"crm","url":"https://crm.example/in","headers":{"Authorization":null}}""", read.Json.GetProperty("definition").GetRawText());
        Assert.Equal("""{"pending":0,"dead":0,"oldestDue":null}""", read.Json.GetProperty("queue").GetRawText());
        Assert.Equal("new", read.Json.GetProperty("reason").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, read.Json.GetProperty("secretCreatedAt").ValueKind);
        Assert.Equal("crm", Assert.Single((await server.GetAsync("/v1/webhooks")).Json.GetProperty("webhooks").EnumerateArray()).GetProperty("id").GetString());
        Assert.Empty((await server.GetAsync("/v1/webhooks", "oall")).Json.GetProperty("webhooks").EnumerateArray());

        Assert.Equal(412, (await server.SendAsync(HttpMethod.Delete, "/v1/webhooks/crm", null, "all", static r => r.Headers.TryAddWithoutValidation("If-Match", "\"7\""))).Status);
        Assert.Equal(200, (await server.SendJsonAsync(HttpMethod.Delete, "/v1/webhooks/crm", null)).Status);
        Assert.Equal((404, "definition_not_found"), ((await server.GetAsync("/v1/webhooks/crm")).Status, (await server.SendJsonAsync(HttpMethod.Delete, "/v1/webhooks/crm", null)).Code));
    }

    [Fact]
    public async Task A_header_that_is_put_as_it_was_read_keeps_its_value()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ApiServer.StartAsync(Loopback);
        await PutAsync(server, receiver.Url, ""","headers":{"Authorization":"Bearer x"}""");
        var read = (await server.GetAsync("/v1/webhooks/crm")).Json.GetProperty("definition").GetRawText();
        Assert.Equal(200, (await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/crm", read)).Status);
        await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/secret", null);
        await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/test", null);

        Assert.Equal("Bearer x", Assert.Single(receiver.Requests).Header("authorization"));
        var unknown = await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/crm", read.Replace("Authorization", "Other", StringComparison.Ordinal));
        Assert.Equal((400, "invalid_definition"), (unknown.Status, unknown.Code));
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once_and_nothing_changes()
    {
        await using var server = await ApiServer.StartAsync();
        var answer = await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/crm", """{"id":"other","url":"http://10.0.0.1/","allowPrivate":true,"maxAttempts":99}""");

        Assert.Equal((400, "invalid_definition"), (answer.Status, answer.Code));
        Assert.Equal(
            ["$.allowPrivate", "$.maxAttempts", "$.url"],
            answer.Json.GetProperty("errors").EnumerateArray().Select(static e => e.GetString()!.Split(':')[0]).Order(StringComparer.Ordinal));
        Assert.Equal((400, "invalid_definition"), ((await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/crm", "{")).Status, answer.Code));
        Assert.Equal("$.id: unknown_value: expected the id of the path", (await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/crm", """{"id":"other","url":"https://crm.example"}""")).Json.GetProperty("errors")[0].GetString());
        Assert.Equal(404, (await server.GetAsync("/v1/webhooks/crm")).Status);
    }

    [Fact]
    public async Task A_workspace_has_so_many_endpoints()
    {
        await using var server = await ApiServer.StartAsync();
        for (var n = 0; n < 100; n++) Assert.Equal(200, (await server.SendJsonAsync(HttpMethod.Put, $"/v1/webhooks/w{n}", $$"""{"id":"w{{n}}","url":"https://crm.example"}""")).Status);

        Assert.Equal("invalid_definition", (await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/crm", """{"id":"crm","url":"https://crm.example"}""")).Code);
        Assert.Equal(200, (await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/w7", """{"id":"w7","url":"https://crm.example/x"}""")).Status);
    }

    [Theory]
    [InlineData("GET", "/v1/webhooks")]
    [InlineData("GET", "/v1/webhooks/crm")]
    [InlineData("PUT", "/v1/webhooks/crm")]
    [InlineData("DELETE", "/v1/webhooks/crm")]
    [InlineData("POST", "/v1/webhooks/crm/secret")]
    [InlineData("GET", "/v1/webhooks/crm/deliveries")]
    [InlineData("GET", "/v1/webhooks/crm/dead")]
    [InlineData("POST", "/v1/webhooks/crm/replay")]
    [InlineData("POST", "/v1/webhooks/crm/test")]
    public async Task All_of_it_is_for_administrators(string method, string path)
    {
        await using var server = await ApiServer.StartAsync();

        Assert.Equal(403, (await server.SendJsonAsync(new(method), path, method == "PUT" ? "{}" : null, "reader")).Status);
        Assert.Equal(401, (await server.SendJsonAsync(new(method), path, method == "PUT" ? "{}" : null, "nobody")).Status);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_goes_with_its_endpoint()
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal(404, (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/secret", null)).Status);
        await PutAsync(server, "https://crm.example");
        Assert.Equal((409, "no_secret"), ((await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/test", null)).Status, (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/test", null)).Code));

        var first = (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/secret", null)).Json;
        var second = (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/secret?overlap=1h", null)).Json;
        var third = (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/secret?overlap=0", null)).Json;
        Assert.Equal(System.Text.Json.JsonValueKind.Null, first.GetProperty("previousValidUntil").ValueKind);
        Assert.Equal("2026-11-22T13:00:00.000Z", second.GetProperty("previousValidUntil").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, third.GetProperty("previousValidUntil").ValueKind);
        string[] secrets = [.. new[] { first, second, third }.Select(static s => s.GetProperty("secret").GetString()!)];
        Assert.All(secrets, static s => Assert.Matches(Secret(), s));
        Assert.Equal(3, secrets.Distinct().Count());

        foreach (var path in new[] { "/v1/webhooks", "/v1/webhooks/crm", "/v1/webhooks/crm/deliveries" })
            Assert.DoesNotContain("whsec", (await server.GetAsync(path)).Body, StringComparison.Ordinal);
        Assert.Equal("2026-11-22T12:00:00.000Z", (await server.GetAsync("/v1/webhooks/crm")).Json.GetProperty("secretCreatedAt").GetString());
        foreach (var wrong in new[] { "x", "8d", "-1h", "24" })
            Assert.Equal("invalid_parameter", (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/secret?overlap=" + wrong, null)).Code);

        await server.SendJsonAsync(HttpMethod.Delete, "/v1/webhooks/crm", null);
        await PutAsync(server, "https://crm.example");
        Assert.Equal("no_secret", (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/test", null)).Code);
    }

    [Fact]
    public async Task A_test_says_what_came_of_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ApiServer.StartAsync(Loopback);
        await PutAsync(server, receiver.Url, ""","enabled":false""");
        await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/secret", null);

        var sent = (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/test", null)).Json;
        receiver.Answer = static context =>
        {
            context.Response.StatusCode = 410;
            return Task.CompletedTask;
        };
        var refused = (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/test", null)).Json;

        Assert.Equal(("delivered", 200), (sent.GetProperty("status").GetString(), sent.GetProperty("httpStatus").GetInt32()));
        Assert.Equal(("failed", 410, "gone"), (refused.GetProperty("status").GetString(), refused.GetProperty("httpStatus").GetInt32(), refused.GetProperty("code").GetString()));
        Assert.Equal(sent.GetProperty("message").GetString(), receiver.Ids.First());
        Assert.StartsWith("test_", receiver.Ids.First(), StringComparison.Ordinal);
        Assert.Empty((await server.GetAsync("/v1/webhooks/crm/deliveries")).Json.GetProperty("deliveries").EnumerateArray());
        Assert.Contains("cdp_webhook_attempts_total{webhook=\"crm\",outcome=\"delivered\"}", (await server.GetAsync("/metrics", null)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempts_and_what_was_given_up_are_listed_and_replayed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ApiServer.StartAsync(Loopback);
        await PutAsync(server, receiver.Url, ""","maxAttempts":1""");
        var store = server.App.Services.GetRequiredService<GridStore>();
        receiver.Answer = static context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        OutboxMessage[] messages = [.. new[] { "m1", "m2", "m3" }.Select(static m => new OutboxMessage("webhook:crm", m, Customer(1), 0, Encoding.UTF8.GetBytes($$"""{"id":"{{m[1..].PadRight(32, '0')}}","trigger":"all"}""")))];
        await server.SendJsonAsync(HttpMethod.Put, "/v1/triggers/all", """{"id":"all","when":{"event":"*"},"then":[{"webhook":"crm"}]}""");
        var made = new JournalEntry(RecordKind.Decided, 1, RecordCodec.Write(new DecidedRecord("m", [])));
        await store.Journal.CommitAsync(Unit(Customer(1).At(0, made)).In("shop") with { Outbox = messages });
        await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/secret", null);
        await Eventually.TrueAsync("all are given up", Delivering.Patience, async () => (await store.Outbox.QueueAsync("shop", "webhook:crm")).Dead == 3);

        Assert.Equal("""{"pending":0,"dead":3,"oldestDue":null}""", (await server.GetAsync("/v1/webhooks/crm")).Json.GetProperty("queue").GetRawText());
        var attempt = Assert.Single((await server.GetAsync("/v1/webhooks/crm/deliveries?message=m2")).Json.GetProperty("deliveries").EnumerateArray());
        Assert.Equal(
            """{"message":"m2","attempt":1,"at":"2026-11-22T12:00:00.000Z","durationMs":0,"status":"dead","httpStatus":500,"code":"http_status","retryAt":null}""", attempt.GetRawText());
        Assert.Equal(2, (await server.GetAsync("/v1/webhooks/crm/deliveries?limit=2")).Json.GetProperty("deliveries").GetArrayLength());
        var page = (await server.GetAsync("/v1/webhooks/crm/dead?limit=2")).Json;
        Assert.Equal("m2", page.GetProperty("after").GetString());
        var last = (await server.GetAsync("/v1/webhooks/crm/dead?limit=2&after=m2")).Json;
        Assert.Equal(
            $$"""{"dead":[{"message":"m3","profile":"{{Customer(1)}}","attempts":1,"firstDue":"1970-01-01T00:00:00.000Z"}],"after":null}""", last.GetRawText());

        receiver.Answer = static _ => Task.CompletedTask;
        Assert.Equal(1, (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/replay?message=m2", null)).Json.GetProperty("replayed").GetInt32());
        Assert.Equal(2, (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/crm/replay", null)).Json.GetProperty("replayed").GetInt32());
        await Eventually.TrueAsync("all are delivered", Delivering.Patience, async () => await store.Outbox.QueueAsync("shop", "webhook:crm") == default);
        Assert.Equal(["m1", "m2", "m3"], receiver.Ids.Skip(3).Order(StringComparer.Ordinal));
        Assert.Equal("definition_not_found", (await server.SendJsonAsync(HttpMethod.Post, "/v1/webhooks/none/replay", null)).Code);
        Assert.Equal("invalid_parameter", (await server.GetAsync("/v1/webhooks/crm/dead?limit=0")).Code);
    }

    private static async Task PutAsync(ApiServer server, string url, string more = "") => Assert.Equal(
        200, (await server.SendJsonAsync(HttpMethod.Put, "/v1/webhooks/crm", $$"""{"id":"crm","url":"{{url}}","allowPrivate":{{(url.StartsWith("http:", StringComparison.Ordinal) ? "true" : "false")}}{{more}}}""")).Status);

    [GeneratedRegex("^whsec_[A-Za-z0-9+/]{43}=$")]
    private static partial Regex Secret();
}
