using System.Net;
using Cdp.Cli.Http;

namespace Cdp.Cli.Doctor;

/// <summary>Finds out what a key may do. Each request is let through or refused by scope, and then does nothing.</summary>
internal sealed class KeyChecks(CdpServer server)
{
    // A profile that nobody has: the nil id.
    private const string Nobody = "v1/profiles/00000000-0000-0000-0000-000000000000";

    public async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        var ingest = await StatusAsync(HttpMethod.Post, "v1/batch", "{\"batch\":[]}", cancellationToken);
        var read = await StatusAsync(HttpMethod.Get, Nobody, null, cancellationToken);
        if (ingest == HttpStatusCode.Unauthorized && read == HttpStatusCode.Unauthorized)
        {
            return new Finding("key", Grade.Fail, "not known to the server", "Set CDP_KEY or --key to a configured key.");
        }

        var scopes = new List<string>();
        if (IsAllowed(read)) scopes.Add("read");
        if (IsAllowed(ingest)) scopes.Add("ingest");
        if (IsAllowed(await StatusAsync(HttpMethod.Patch, Nobody + "/traits", "{}", cancellationToken))) scopes.Add("admin");
        if (IsAllowed(await StatusAsync(HttpMethod.Delete, Nobody + "?dryRun=true", null, cancellationToken))) scopes.Add("erase");
        if (scopes.Count == 0) return new Finding("key", Grade.Warn, "known, but it may do nothing", "Give it scopes in the server's configuration.");
        return new Finding("key", Grade.Ok, $"may {string.Join(", ", scopes)}{(scopes is ["ingest"] ? " (a write key, or an API key of that scope alone)" : "")}");
    }

    private static bool IsAllowed(HttpStatusCode status) => status is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.BadRequest;

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        using var content = body is null ? null : new StringContent(body);
        using var response = await server.CallAsync(method, path, cancellationToken, content);
        return response.StatusCode;
    }
}
