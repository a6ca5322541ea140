using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cdp.Testing;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>One request as it was captured on the wire of a real SDK.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">Path and query.</param>
/// <param name="Headers">The headers, by lower-case name.</param>
/// <param name="Json">The body without compression; empty when there was none.</param>
/// <param name="BytesOnWire">The length of the body as it was sent.</param>
internal sealed record CapturedRequest(string Method, string Url, IReadOnlyDictionary<string, string> Headers, byte[] Json, int BytesOnWire)
{
    public bool IsGzip => Headers.TryGetValue("content-encoding", out var encoding) && encoding == "gzip";

    /// <summary>The body as it was sent.</summary>
    public byte[] Body()
    {
        if (!IsGzip) return Json;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(Json);
        return packed.ToArray();
    }
}

/// <summary>A file of <c>shared/wire</c>.</summary>
internal sealed partial record Capture(string WriteKey, IReadOnlyList<CapturedRequest> Requests)
{
    public static Capture Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedData.Find("wire")!, file)));
        var requests = json.RootElement.GetProperty("requests").EnumerateArray().Select(ReadRequest).ToList();
        var key = requests.Select(KeyOf).First(k => k is not null)!;
        return new Capture(key, requests);
    }

    private static CapturedRequest ReadRequest(JsonElement request)
    {
        var headers = request.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);
        byte[] body = request.TryGetProperty("body", out var content) && content.ValueKind == JsonValueKind.Object ? Compact(content) : [];
        return new CapturedRequest(
            request.GetProperty("method").GetString()!, request.GetProperty("url").GetString()!, headers, body, request.GetProperty("bodyBytesOnWire").GetInt32());
    }

    // As JSON.stringify does it: the same members in the same order, numbers and escapes as they stood, no blanks.
    private static byte[] Compact(JsonElement element)
    {
        using var compact = new MemoryStream();
        using (var json = new Utf8JsonWriter(compact, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            element.WriteTo(json);
        }

        return compact.ToArray();
    }

    private static string? KeyOf(CapturedRequest request)
    {
        if (KeyInUrl().Match(request.Url) is { Success: true } found) return found.Groups[1].Value;
        return request.Headers.TryGetValue("authorization", out var basic)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(basic["Basic ".Length..])).TrimEnd(':')
            : null;
    }

    [GeneratedRegex("[?&]writeKey=([^&]+)")]
    private static partial Regex KeyInUrl();
}
