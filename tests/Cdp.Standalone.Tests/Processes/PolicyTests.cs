using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cdp.Core.Definitions;
using Cdp.Storage.Sqlite;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>A policy that was put is durable when it is acknowledged, and in force before a host is ready.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class PolicyTests : IDisposable
{
    private const string Policy = "v1/identity/policy";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_policy_that_was_acknowledged_survives_kill_9()
    {
        await using (var server = await TestedServer.StartAsync(_folder.Data))
        {
            using var http = Client(server);
            Assert.Equal(2, await EmailsAsync(http, "before"));
            using var put = await http.PutAsync(new Uri(Policy, UriKind.Relative), Json("""{"Types":{"email":{"MaxPerProfile":1}}}"""));
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
            await server.KillAsync();
        }

        await using var again = await TestedServer.StartAsync(_folder.Data);
        using var client = Client(again);
        Assert.Equal(1, await EmailsAsync(client, "after"));
        using var shown = JsonDocument.Parse(await client.GetStringAsync(new Uri(Policy, UriKind.Relative)));
        Assert.Equal((1, "stored"), (shown.RootElement.GetProperty("version").GetInt32(), shown.RootElement.GetProperty("source").GetString()));
        Assert.StartsWith("key:", shown.RootElement.GetProperty("by").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_policy_that_cannot_be_read_stops_the_start_and_is_named()
    {
        await using (var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = _folder.Data }, TimeProvider.System))
            await journal.WriteAsync(new DefinitionWrite("default", "identity-policy", "default", """{"KnobOfTomorrow":1}"""u8.ToArray(), 1, "test"));

        var exit = await TestedServer.RefusedAsync("--data", _folder.Data, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, exit.Code);
        Assert.Contains("workspace default (version 1) cannot be read: Identity:KnobOfTomorrow:", exit.Errors, StringComparison.Ordinal);

        await using var server = await TestedServer.StartAsync(_folder.Data, _folder.Config("""{"Cdp":{"SkipUnreadablePolicies":true}}"""));
        using var http = Client(server);
        using var deleted = await http.DeleteAsync(new Uri(Policy, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(0, (await server.StopAsync(TimeSpan.FromSeconds(40))).Code);
        await using var healed = await TestedServer.StartAsync(_folder.Data);
    }

    private static HttpClient Client(ServerProcess server)
    {
        var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev");
        return http;
    }

    private static async Task<int> EmailsAsync(HttpClient http, string user)
    {
        foreach (var n in (int[])[1, 2])
        {
            using var sent = await http.PostAsync(
                new Uri("v1/identify", UriKind.Relative), Json($$$"""{"userId":"{{{user}}}","traits":{"email":"{{{user}}}{{{n}}}@example.test"}}"""));
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        }

        using var profile = JsonDocument.Parse(await http.GetStringAsync(new Uri("v1/profiles/user_id:" + user, UriKind.Relative)));
        return profile.RootElement.GetProperty("identifiers").EnumerateArray().Count(i => i.GetProperty("type").GetString() == "email");
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
