using System.Net;
using System.Text;
using System.Text.Json;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>Merges and splits by hand against a real server that is killed behind each of them.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class SplitTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_merge_and_its_split_are_durable_when_they_are_answered()
    {
        string mergeId, before;
        await using (var server = await TestedServer.StartAsync(_folder.Data))
        {
            using var client = new GridClient(server.Url);
            await client.SendAsync(
            [
                new("m1", """{"type":"identify","messageId":"m1","userId":"anna","anonymousId":"a","traits":{"plan":"pro"}}""", [], []),
                new("m2", """{"type":"identify","messageId":"m2","userId":"bob","anonymousId":"b","traits":{"plan":"free"}}""", [], []),
            ]);
            before = await ShownAsync(client, "user_id:bob");
            mergeId = (await PostAsync(server.Url, "merge", """{"survivor":"user_id:anna","absorbed":"user_id:bob"}""")).GetProperty("mergeId").GetString()!;
            await server.KillAsync();
        }

        await using (var server = await TestedServer.StartAsync(_folder.Data))
        {
            using var client = new GridClient(server.Url);
            Assert.Equal(2, (await client.ProfileAsync("user_id:bob")).Profile!.EventCount);
            await client.SendAsync([new("m3", """{"type":"track","event":"Bought","messageId":"m3","userId":"anna"}""", [], [])]);
            await PostAsync(server.Url, "split", $$"""{"profile":"anonymous_id:b","mergeId":"{{mergeId}}"}""");
            await server.KillAsync();
        }

        await using (var server = await TestedServer.StartAsync(_folder.Data))
        {
            using var client = new GridClient(server.Url);
            Assert.Equal(before, await ShownAsync(client, "user_id:bob"));
            Assert.Equal(2, (await client.ProfileAsync("user_id:anna")).Profile!.EventCount);
            Assert.Equal(["m2"], (await client.TimelineAsync("user_id:bob")).Select(e => e.MessageId));
            Assert.Equal(["m1", "m3"], (await client.TimelineAsync("user_id:anna")).Select(e => e.MessageId).Order());
        }
    }

    private static async Task<JsonElement> PostAsync(Uri server, string call, string body)
    {
        using var http = new HttpClient { BaseAddress = server };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev");
        using var answer = await http.PostAsync(new Uri("/v1/identity/" + call, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>All that a reader sees but the version and the time of the change.</summary>
    private static async Task<string> ShownAsync(GridClient client, string reference) => string.Join(
        ',', JsonDocument.Parse(await client.ProfileJsonAsync(reference)).RootElement.EnumerateObject().Where(p => p.Name is not ("version" or "updatedAt")).Select(p => p.ToString()));
}
