using System.Buffers;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Export;

/// <summary>A reference and where it stood: messages name the place, since the reference may be personal data.</summary>
internal readonly record struct NumberedRef(int Number, string Ref);

/// <summary>Fetches profiles and writes a line for each.</summary>
internal sealed class ExportRun(CdpServer server)
{
    private const int RefsPerLookup = 200;

    public int Found { get; private set; }

    /// <summary>Positions of references without a profile, and why.</summary>
    public List<(int Number, string Why)> Missing { get; } = [];

    public async Task WriteAsync(IEnumerable<NumberedRef> refs, bool everything, Stream output, CancellationToken cancellationToken)
    {
        if (everything)
        {
            foreach (var item in refs) await CopyAsync(item, output, cancellationToken);
            return;
        }

        foreach (var chunk in refs.Chunk(RefsPerLookup)) await LookUpAsync(chunk, output, cancellationToken);
    }

    private async Task CopyAsync(NumberedRef item, Stream output, CancellationToken cancellationToken)
    {
        using var response = await server.CallAsync(HttpMethod.Get, Refs.Path(item.Ref, "/export"), cancellationToken, stream: true);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            Missing.Add((item.Number, response.StatusCode == HttpStatusCode.NotFound ? "no such profile" : "no valid reference"));
            return;
        }

        if (!response.IsSuccessStatusCode) throw (await Problem.ReadAsync(response, cancellationToken)).ToError("export");
        try
        {
            await response.Content.CopyToAsync(output, cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw CliException.Server($"the connection was lost while ref {item.Number} was read.");
        }

        Found++;
    }

    // Written anew, since a line must have no line break of its own; characters stay as readable as the server's.
    private static ReadOnlyMemory<byte> Line(JsonElement profile)
    {
        var line = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) profile.WriteTo(json);
        line.Write("\n"u8);
        return line.WrittenMemory;
    }

    private async Task LookUpAsync(NumberedRef[] chunk, Stream output, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { refs = chunk.Select(r => r.Ref) }));
        content.Headers.ContentType = new("application/json");
        using var response = await server.CallAsync(HttpMethod.Post, "v1/profiles/lookup", cancellationToken, content);
        if (response.StatusCode == HttpStatusCode.BadRequest)
        {
            // One wrong reference fails its request: which one, halves tell.
            if (chunk.Length == 1) Missing.Add((chunk[0].Number, "no valid reference"));
            else foreach (var half in chunk.Chunk((chunk.Length + 1) / 2)) await LookUpAsync(half, output, cancellationToken);
            return;
        }

        if (!response.IsSuccessStatusCode) throw (await Problem.ReadAsync(response, cancellationToken)).ToError("export");
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var at = 0;
        foreach (var profile in document.RootElement.GetProperty("profiles").EnumerateArray())
        {
            var number = chunk[at++].Number;
            if (profile.ValueKind == JsonValueKind.Null)
            {
                Missing.Add((number, "no such profile"));
                continue;
            }

            await output.WriteAsync(Line(profile), cancellationToken);
            Found++;
        }
    }
}
