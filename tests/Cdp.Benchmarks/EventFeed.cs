using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Cdp.Benchmarks;

/// <summary>Fills a server with events over HTTP, unmeasured, and looks at what it answers.</summary>
internal sealed class EventFeed : IAsyncDisposable
{
    private readonly HttpClient _http;

    public EventFeed(int port)
    {
        _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev");
    }

    /// <summary>The body of a batch.</summary>
    public static byte[] Batch(IEnumerable<string> events) => Encoding.UTF8.GetBytes($"{{\"batch\":[{string.Join(',', events)}]}}");

    /// <summary>Sends events in batches and fails on anything that is not plain success.</summary>
    public Task SendAsync(IReadOnlyList<string> events) =>
        Parallel.ForEachAsync(events.Chunk(200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (chunk, stop) =>
        {
            using var answer = await _http.PostAsync("/v1/batch", new ByteArrayContent(Batch(chunk)), stop);
            var text = await answer.Content.ReadAsStringAsync(stop);
            if (text != """{"success":true}""") throw new InvalidOperationException($"{answer.StatusCode}: {text}");
        });

    /// <summary>Reads a profile's JSON.</summary>
    /// <param name="reference"><c>type:value</c>.</param>
    public Task<byte[]> ReadAsync(string reference) => _http.GetByteArrayAsync($"/v1/profiles/{reference}");

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
