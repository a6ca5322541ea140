using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Cdp.Api.Tests.Support;

namespace Cdp.Api.Tests.Ingest;

/// <summary>What real SDKs put on the wire, recorded in Wire/*.json, sent again to the real engine.</summary>
public sealed class WireReplayTests
{
    private static readonly string[] s_keys = ["WK_seg_node", "WK_old_seg", "WK_next", "WK_rudder_node", "WK_rud"];
    private static readonly HashSet<string> s_sent = new(["content-type", "authorization", "anonymousid", "origin", "access-control-request-headers", "access-control-request-method"], StringComparer.OrdinalIgnoreCase);

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileName(f))];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Wire");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_recorded_session_is_accepted_whole(string file)
    {
        var keys = string.Join(',', s_keys.Select(k => $"\"{k}\""));
        var js = Directory.CreateTempSubdirectory("cdp-js-");
        await File.WriteAllTextAsync(Path.Combine(js.FullName, "standalone.js"), "//");
        await using var server = await ApiServer.StartRealAsync($$$"""
            {"Cdp":{"AnalyticsJs":{{{JsonSerializer.Serialize(js.FullName)}}},"Workspaces":{"shop":{"WriteKeys":[{{{keys}}}],"ApiKeys":[{"Key":"all","Scopes":["read"]}] } } } }
            """);
        using var session = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Folder, file)));
        var users = new HashSet<string>();

        foreach (var request in session.RootElement.GetProperty("requests").EnumerateArray())
        {
            var answer = await ReplayAsync(server, request);
            Assert.True(answer.Status is 200 or 204, $"{request.GetProperty("url")}: {answer.Status} {answer.Body}");
            Assert.DoesNotContain("rejected", answer.Body, StringComparison.Ordinal);
            if (request.GetProperty("method").GetString() == "POST") CollectUsers(request.GetProperty("body"), users);
        }

        Assert.NotEmpty(users);
        foreach (var user in users) Assert.Equal(200, (await server.GetAsync("/v1/profiles/" + Uri.EscapeDataString(user))).Status);
        js.Delete(recursive: true);
    }

    private static async Task<Answer> ReplayAsync(ApiServer server, JsonElement request)
    {
        var headers = request.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
        ByteArrayContent? content = null;
        if (request.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object)
        {
            var bytes = Encoding.UTF8.GetBytes(body.GetRawText());
            content = new ByteArrayContent(headers.ContainsKey("content-encoding") ? Gzip(bytes) : bytes);
            if (headers.TryGetValue("content-encoding", out var encoding)) content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        return await server.SendAsync(new HttpMethod(request.GetProperty("method").GetString()!), request.GetProperty("url").GetString()!, content, null, r =>
        {
            foreach (var (name, value) in headers.Where(h => s_sent.Contains(h.Key)))
            {
                if (!r.Headers.TryAddWithoutValidation(name, value)) r.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        });
    }

    private static void CollectUsers(JsonElement body, HashSet<string> users)
    {
        var events = body.TryGetProperty("batch", out var batch) ? [.. batch.EnumerateArray()] : new[] { body };
        foreach (var item in events)
        {
            if (item.TryGetProperty("userId", out var user) && user.GetString() is { Length: > 0 } id) users.Add("user_id:" + id);
            else if (item.TryGetProperty("anonymousId", out var anonymous) && anonymous.GetString() is { Length: > 0 } device) users.Add("anonymous_id:" + device);
        }
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest)) gzip.Write(plain);
        return output.ToArray();
    }
}
