using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Cdp.Testing.Processes;

/// <summary>A client of one server, as a back end would write it.</summary>
public sealed class GridClient : IIngestClient, IDisposable
{
    private const int LookupSize = 200;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    /// <summary>Connects with the first request.</summary>
    /// <param name="url">The server.</param>
    /// <param name="key">The API key.</param>
    /// <param name="timeout">How long an answer is waited for; 30 s when it is not given.</param>
    public GridClient(Uri url, string key = "dev", TimeSpan? timeout = null)
    {
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = url, Timeout = timeout ?? DefaultTimeout };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <inheritdoc/>
    public async Task<IngestAnswer> IngestAsync(IReadOnlyList<SentEvent> events)
    {
        var (status, body) = await SendAsync(events);
        if (status != HttpStatusCode.OK) return new(status, body, []);
        using var document = JsonDocument.Parse(body);
        return new(status, body, [.. document.RootElement.GetProperty("outcomes").EnumerateArray().Select(o =>
            new IngestOutcome(o.GetProperty("outcome").GetString()!, o.GetProperty("profileId").GetString()))]);
    }

    /// <summary>Sends a batch.</summary>
    /// <returns>The status and the answer's text.</returns>
    /// <exception cref="HttpRequestException">There was no whole answer.</exception>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(IEnumerable<SentEvent> events)
    {
        using var body = new StringContent("{\"batch\":[" + string.Join(',', events.Select(e => e.Json)) + "]}", Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri("/v1/batch?outcomes=true", UriKind.Relative), body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Gets whatever is there.</summary>
    /// <param name="path">Escaped.</param>
    /// <returns>The status and the answer's text.</returns>
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
    public async Task<List<ProfileAnswer?>> LookupAsync(IReadOnlyCollection<string> references)
    {
        var found = new List<ProfileAnswer?>(references.Count);
        foreach (var chunk in references.Chunk(LookupSize))
        {
            using var body = new StringContent(JsonSerializer.Serialize(new { refs = chunk }), Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(new Uri("/v1/profiles/lookup", UriKind.Relative), body);
            var text = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"lookup: {(int)answer.StatusCode} {text}");
            using var document = JsonDocument.Parse(text);
            foreach (var profile in document.RootElement.GetProperty("profiles").EnumerateArray())
                found.Add(profile.ValueKind == JsonValueKind.Null ? null : ProfileAnswer.Read(profile));
        }

        return found;
    }

    /// <summary>The profile that a reference leads to now.</summary>
    /// <param name="reference">Not escaped.</param>
    /// <returns>The status, and the profile with 200.</returns>
    public async Task<(HttpStatusCode Status, ProfileAnswer? Profile)> ProfileAsync(string reference)
    {
        var (status, body) = await GetAsync("/v1/profiles/" + Uri.EscapeDataString(reference));
        if (status != HttpStatusCode.OK) return (status, null);
        using var document = JsonDocument.Parse(body);
        return (status, ProfileAnswer.Read(document.RootElement));
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
