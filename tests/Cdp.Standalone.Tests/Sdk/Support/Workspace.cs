using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>One workspace of a running server, read over HTTP as a back end would.</summary>
internal sealed class Workspace(Uri server, string writeKey, string apiKey, string source) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = server,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", apiKey) },
    };

    public Uri Server => server;

    public string WriteKey => writeKey;

    /// <summary>The name that the write key gives to what comes in by it.</summary>
    public string Source => source;

    /// <summary>The profile, null when there is none.</summary>
    public async Task<JsonElement?> FindProfileAsync(string reference)
    {
        using var answer = await _http.GetAsync("/v1/profiles?ref=" + Uri.EscapeDataString(reference));
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> ProfileAsync(string reference) =>
        await FindProfileAsync(reference) ?? throw new InvalidOperationException($"There is no profile {reference}.");

    /// <summary>The whole timeline, in the order in which it is answered.</summary>
    public async Task<IReadOnlyList<JsonElement>> TimelineAsync(string reference)
    {
        using var answer = await _http.GetAsync($"/v1/profiles/{Uri.EscapeDataString(reference)}/events?limit=1000");
        var page = await ReadAsync(answer);
        Assert.Equal(JsonValueKind.Null, page.GetProperty("cursor").ValueKind);
        return [.. page.GetProperty("events").EnumerateArray()];
    }

    public async Task<IReadOnlyList<string>> RejectsAsync()
    {
        using var answer = await _http.GetAsync("/v1/rejects?limit=100");
        return [.. (await ReadAsync(answer)).GetProperty("rejects").EnumerateArray().Select(r => r.GetRawText())];
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri} answered {(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}
