using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cdp.Silo.Tests.Cluster;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;

namespace Cdp.Silo.Tests.Scenarios;

/// <summary>Silos as processes over PostgreSQL: a policy put on one of them is in force on all, and after kill -9 of the one that took it.</summary>
[Collection(ScenariosCollection.Name)]
public sealed class PolicyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Uri Policy = new("v1/identity/policy", UriKind.Relative);

    private int _people;

    [PostgresFact]
    public async Task A_policy_is_in_force_on_all_silos_and_outlives_the_one_that_took_it()
    {
        var server = await PostgresServer.SharedAsync();
        await using var cluster = await SiloCluster.StartAsync(await server.CreateDatabaseAsync(), 2, "policy");
        using var one = Client(cluster.Silos[0]);
        using var two = Client(cluster.Silos[1]);
        Assert.Equal(2, await EmailsAsync(two));

        Assert.Equal(HttpStatusCode.OK, await PutAsync(one, """{"Types":{"email":{"MaxPerProfile":1}}}""", "\"0\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await PutAsync(two, "{}", "\"0\""));
        await cluster.Silos[0].KillAsync();

        await Eventually.TrueAsync("the other silo judges by the new policy", Patience, async () => await EmailsAsync(two) == 1);
        await cluster.Silos[0].StartAsync();
        var linked = 0;
        await Eventually.TrueAsync("the silo that came back answers", Patience, async () => (linked = await EmailsAsync(one)) != 0);
        Assert.Equal(1, linked);

        Assert.Equal(HttpStatusCode.OK, await PutAsync(two, "{}", "\"1\""));
        await Eventually.TrueAsync("the first silo has the newest policy", Patience, async () => await EmailsAsync(one) == 2);
        using var history = JsonDocument.Parse(await one.GetStringAsync(new Uri(Policy + "/history", UriKind.Relative)));
        Assert.Equal([2, 1], history.RootElement.GetProperty("history").EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
        await cluster.StopAsync();
    }

    private static HttpClient Client(SiloProcess silo)
    {
        var http = new HttpClient { BaseAddress = silo.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SiloCluster.Key);
        return http;
    }

    private static async Task<HttpStatusCode> PutAsync(HttpClient http, string policy, string ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Policy) { Content = Json(policy) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>Sends two e-mails of one new person and says how many were linked; 0 while the grid is finding out who is alive.</summary>
    private async Task<int> EmailsAsync(HttpClient http)
    {
        var user = $"u{++_people}";
        foreach (var n in (int[])[1, 2])
        {
            using var sent = await http.PostAsync(
                new Uri("v1/identify", UriKind.Relative), Json($$$"""{"userId":"{{{user}}}","traits":{"email":"{{{user}}}-{{{n}}}@example.test"}}"""));
            if (sent.StatusCode == HttpStatusCode.ServiceUnavailable) return 0;
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        }

        using var read = await http.GetAsync(new Uri("v1/profiles/user_id:" + user, UriKind.Relative));
        if (read.StatusCode == HttpStatusCode.ServiceUnavailable) return 0;
        using var profile = JsonDocument.Parse(await read.Content.ReadAsStringAsync());
        return profile.RootElement.GetProperty("identifiers").EnumerateArray().Count(i => i.GetProperty("type").GetString() == "email");
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
