using System.Net;
using System.Text.Json;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Http;

/// <summary>What an answer other than 2xx says (RFC 9457).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The stable code; null when the answer is no problem document.</param>
/// <param name="Detail">One sentence, null when there is none.</param>
/// <param name="Errors">All that is wrong, where the answer lists it.</param>
internal sealed record Problem(HttpStatusCode Status, string? Code, string? Detail, IReadOnlyList<string> Errors)
{
    public static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return new Problem(response.StatusCode, Text(document.RootElement, "code"), Text(document.RootElement, "detail"), List(document.RootElement, "errors"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Problem(response.StatusCode, null, null, []);
        }
    }

    /// <summary>For messages: "503 not_ready".</summary>
    public string Short => Code is null ? $"{(int)Status}" : $"{(int)Status} {Code}";

    /// <summary>The error that a verb ends with.</summary>
    public CliException ToError(string what) => Status switch
    {
        HttpStatusCode.Unauthorized => CliException.Server($"{what}: the key is not valid here (401). Set CDP_KEY or --key."),
        HttpStatusCode.Forbidden => CliException.Server($"{what}: the key may not do this (403). {Detail}".TrimEnd()),
        HttpStatusCode.BadRequest => CliException.Usage($"{what}: {Short}. {string.Join(' ', [Detail, .. Errors])}".TrimEnd()),
        _ => CliException.Server($"{what}: the server answered {Short}. {Detail}".TrimEnd()),
    };

    private static IReadOnlyList<string> List(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)]
            : [];

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
