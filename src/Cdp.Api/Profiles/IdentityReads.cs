using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Profiles;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary><c>GET /v1/profiles/{ref}/identities</c>.</summary>
internal static class IdentityReads
{
    public static async Task IdentitiesAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var profile = ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace));
        var view = await services.Grid.GetAsync(key.Workspace, profile, context.RequestAborted);
        var history = view is null ? null : await services.Grid.HistoryAsync(key.Workspace, profile, context.RequestAborted);
        if (view is null || history is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            WriteMembers(json, view, history);
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    public static void WriteMembers(Utf8JsonWriter json, ProfileView view, IReadOnlyList<IdentityDecision> history)
    {
        json.WritePropertyName("identifiers");
        json.WriteRawValue(view.IdentifiersJson.Span, skipInputValidation: true);
        json.WriteStartArray("history");
        foreach (var decision in history) Write(json, decision);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, IdentityDecision decision)
    {
        json.WriteStartObject();
        json.WriteString("at", IsoTime.Format(decision.AtMs));
        json.WriteString("kind", Name(decision.Kind));
        // As in outcomes: one identifier is written type:value, lists of them are objects.
        json.WriteString("identifier", decision.Identifier?.Ref);
        if (decision.Other is { } other) json.WriteString("other", other.Value);
        else json.WriteNull("other");
        json.WriteString("code", decision.Code);
        json.WriteString("messageId", decision.MessageId);
        if (decision.Merge is { } merge) json.WriteString("mergeId", merge.ToString());
        if (decision.Note is { } note)
        {
            json.WriteString("by", note.By);
            json.WriteString("reason", note.Reason);
        }

        json.WriteEndObject();
    }

    private static string Name(DecisionKind kind) => kind switch
    {
        DecisionKind.Linked => "linked",
        DecisionKind.Moved => "moved",
        DecisionKind.Shared => "shared",
        DecisionKind.Refused => "refused",
        DecisionKind.Merged => "merged",
        DecisionKind.Split => "split",
        DecisionKind.Evicted => "evicted",
        _ => "expired",
    };
}
