using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Settings;
using Cdp.Core.Definitions;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Policies;

/// <summary>Changing the policy. The answer is sent when the new rules judge what comes to this process; other silos follow within a second or so.</summary>
internal sealed class PolicyWrites(IdentityPolicies policies)
{
    /// <summary><c>PUT /v1/identity/policy?reason</c>.</summary>
    public async Task PutAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, DefinitionRules.MaxBodyBytes);
        try
        {
            // Before it is stored: nothing that cannot be read is ever put.
            _ = PolicyDocument.Read(body.Memory);
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }
        catch (SettingsException error)
        {
            await Problem.WriteAsync(context, ProblemCode.InvalidPolicy, $"{error.Problems.Count} problems; the policy in force stays.", errors: error.Problems);
            return;
        }

        await WriteAsync(context, services, key, body.Memory.ToArray());
    }

    /// <summary><c>DELETE /v1/identity/policy?reason</c>: back to the configuration's. When nothing is stored, that is already so.</summary>
    public Task DeleteAsync(HttpContext context, ApiServices services, KeyEntry key) => WriteAsync(context, services, key, null);

    private async Task WriteAsync(HttpContext context, ApiServices services, KeyEntry key, byte[]? policy)
    {
        var reason = QueryValues.Reason(context.Request);
        var write = new DefinitionWrite(
            key.Workspace, IdentityPolicies.Kind, IdentityPolicies.Name, policy, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), key.Who, reason,
            PolicyVersions.IfMatch(context.Request.Headers.IfMatch));

        // Not the request's token: whether the write is done must not hang on how long its sender waits.
        var outcome = await policies.Feed.WriteAsync(write, CancellationToken.None);
        var version = outcome.Latest?.Version ?? 0;
        if (outcome.Status == DefinitionStatus.Conflict)
            throw new ProblemException(ProblemCode.VersionConflict, $"The latest version is {version}.");
        context.Response.Headers.ETag = PolicyVersions.ETag(version);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteNumber("version", version);
            json.WriteString("source", policy is null ? "configuration" : "stored");
        });
    }
}
