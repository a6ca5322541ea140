using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>A client of one server, as a back end would write it.</summary>
internal sealed class GridClient : IDisposable
{
    private const int LookupSize = 200;

    private readonly HttpClient _http;

    public GridClient(Uri url, string key = "dev")
    {
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a batch.</summary>
    /// <returns>The status and the answer's text.</returns>
    /// <exception cref="HttpRequestException">There was no whole answer.</exception>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(IEnumerable<SentEvent> events)
    {
        using var body = new StringContent("{\"batch\":[" + string.Join(',', events.Select(e => e.Json)) + "]}", Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri("/v1/batch?outcomes=true", UriKind.Relative), body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The profile's JSON exactly as answered.</summary>
    public async Task<string> ProfileJsonAsync(string reference)
    {
        var (status, body) = await GetAsync("/v1/profiles/" + Uri.EscapeDataString(reference));
        return status == HttpStatusCode.OK ? body : throw new InvalidOperationException($"{reference}: {(int)status} {body}");
    }

    /// <summary>The profiles of many references, in their order; null where there is none.</summary>
    public async Task<List<Profile?>> LookupAsync(IReadOnlyCollection<string> references)
    {
        var found = new List<Profile?>(references.Count);
        foreach (var chunk in references.Chunk(LookupSize))
        {
            using var body = new StringContent(JsonSerializer.Serialize(new { refs = chunk }), Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(new Uri("/v1/profiles/lookup", UriKind.Relative), body);
            var text = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"lookup: {(int)answer.StatusCode} {text}");
            using var document = JsonDocument.Parse(text);
            foreach (var profile in document.RootElement.GetProperty("profiles").EnumerateArray())
                found.Add(profile.ValueKind == JsonValueKind.Null ? null : Profile.Read(profile));
        }

        return found;
    }

    /// <summary>The message ids and names of a whole timeline, page by page.</summary>
    public async Task<List<(string MessageId, string Name)>> TimelineAsync(string reference)
    {
        var events = new List<(string, string)>();
        string? cursor = null;
        do
        {
            var path = $"/v1/profiles/{Uri.EscapeDataString(reference)}/events?limit=1000" + (cursor is null ? "" : "&cursor=" + cursor);
            var (status, body) = await GetAsync(path);
            if (status != HttpStatusCode.OK) throw new InvalidOperationException($"{path}: {(int)status} {body}");
            using var document = JsonDocument.Parse(body);
            foreach (var e in document.RootElement.GetProperty("events").EnumerateArray())
                events.Add((e.GetProperty("messageId").GetString()!, e.GetProperty("name").GetString() ?? e.GetProperty("type").GetString()!));
            cursor = document.RootElement.GetProperty("cursor").GetString();
        }
        while (cursor is not null);
        return events;
    }
}

/// <summary>What the tests look at in a profile.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Identifiers">Its identifiers as references.</param>
/// <param name="EventCount">Its counter.</param>
/// <param name="Events">Its counters by name.</param>
internal sealed record Profile(string Id, IReadOnlyList<string> Identifiers, long EventCount, IReadOnlyDictionary<string, long> Events)
{
    public static Profile Read(JsonElement json)
    {
        var computed = json.GetProperty("computed");
        return new Profile(
            json.GetProperty("id").GetString()!,
            [.. json.GetProperty("identifiers").EnumerateArray().Select(i => $"{i.GetProperty("type").GetString()}:{i.GetProperty("value").GetString()}")],
            computed.GetProperty("eventCount").GetInt64(),
            computed.GetProperty("events").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetInt64()));
    }
}
