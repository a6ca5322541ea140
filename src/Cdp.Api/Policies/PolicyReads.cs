using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Profiles;
using Cdp.Core.Definitions;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Policies;

/// <summary>The policy in force, and the versions that were stored.</summary>
internal sealed class PolicyReads(IdentityPolicies policies)
{
    private const int DefaultHistory = 50;
    private const int MaxHistory = 100;

    /// <summary><c>GET /v1/identity/policy</c>: what is stored now; this process applies it within a second if it has not yet.</summary>
    public async Task GetAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var latest = await policies.Feed.Store.ReadAsync(key.Workspace, IdentityPolicies.Kind, IdentityPolicies.Name, context.RequestAborted);
        context.Response.Headers.ETag = PolicyVersions.ETag(latest?.Version ?? 0);
        await AnswerAsync(context, json =>
        {
            json.WriteNumber("version", latest?.Version ?? 0);
            json.WriteString("source", latest is null or { IsDeleted: true } ? "configuration" : "stored");
            if (latest is { Body: { } body })
            {
                WriteWho(json, latest);
                WritePolicy(json, body);
            }
            else
            {
                WritePolicy(json, services.Settings.Current.Workspaces.TryGetValue(key.Workspace, out var configured) ? configured.IdentityDocument : "{}"u8);
            }
        });
    }

    /// <summary><c>GET /v1/identity/policy/history?limit&amp;before</c>: stored versions, newest first; a deletion is one with a policy of null.</summary>
    public async Task HistoryAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var limit = QueryValues.Number(context.Request, "limit", DefaultHistory, 1, MaxHistory);
        var before = QueryValues.Number(context.Request, "before", int.MaxValue, 1, int.MaxValue);
        var versions = await policies.Feed.Store.HistoryAsync(
            key.Workspace, IdentityPolicies.Kind, IdentityPolicies.Name, limit + 1, before, context.RequestAborted);
        await AnswerAsync(context, json =>
        {
            json.WriteStartArray("history");
            foreach (var version in versions.Take(limit)) WriteVersion(json, version);
            json.WriteEndArray();
            if (versions.Count > limit) json.WriteNumber("before", versions[limit - 1].Version);
            else json.WriteNull("before");
        });
    }

    internal static Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        // Characters as they are: a secret, say, is copied by people.
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        return Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static void WriteVersion(Utf8JsonWriter json, Definition version)
    {
        json.WriteStartObject();
        json.WriteNumber("version", version.Version);
        WriteWho(json, version);
        if (version.Body is { } body) WritePolicy(json, body);
        else json.WriteNull("policy");
        json.WriteEndObject();
    }

    private static void WriteWho(Utf8JsonWriter json, Definition version)
    {
        json.WriteString("at", IsoTime.Format(version.AtMs));
        json.WriteString("by", version.By);
        json.WriteString("reason", version.Reason);
    }

    private static void WritePolicy(Utf8JsonWriter json, ReadOnlySpan<byte> policy)
    {
        json.WritePropertyName("policy");
        json.WriteRawValue(policy, skipInputValidation: true);
    }
}
