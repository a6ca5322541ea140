using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Http;

/// <summary>Calls that take and give JSON.</summary>
internal static class ApiCall
{
    /// <summary>Sends a call.</summary>
    /// <param name="server">The server.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">What follows <c>/v1/</c>.</param>
    /// <param name="what">What it does, for errors.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="json">The body; null for none.</param>
    /// <param name="version">The version that must be the latest; null for any.</param>
    /// <returns>The answer's body.</returns>
    /// <exception cref="CliException">The answer is no success. A profile that is not there or cannot be changed so is a problem, not a fault of the server.</exception>
    public static async Task<byte[]> SendAsync(
        CdpServer server, HttpMethod method, string path, string what, CancellationToken cancellationToken, ReadOnlyMemory<byte>? json = null, long? version = null)
    {
        using var content = json is { } body ? new ReadOnlyMemoryContent(body) : null;
        if (content is not null) content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await server.CallAsync(
            method, "v1/" + path, cancellationToken, content, headers: version is { } v ? h => h.TryAddWithoutValidation("If-Match", $"\"{v}\"") : null);
        if (response.IsSuccessStatusCode) return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var problem = await Problem.ReadAsync(response, cancellationToken);
        throw problem.Status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed || problem.Code is "profile_not_found" or "definition_not_found" or "invalid_definition"
            ? CliException.Problem($"{what}: {problem.Code}. {string.Join(' ', [problem.Detail, .. problem.Errors])}".TrimEnd())
            : problem.ToError(what);
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="CliException">It is no JSON object.</exception>
    public static JsonDocument Parse(byte[] body)
    {
        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw CliException.Server("the server answered something else than expected: is --url a Cdp.Grains server?");
    }

    /// <summary>Passes an answer on as it is.</summary>
    public static Task WriteRawAsync(CliHost host, byte[] body) => host.Out.WriteLineAsync(Encoding.UTF8.GetString(body));
}
