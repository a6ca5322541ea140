using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Api.Profiles;
using Cdp.Core.Audiences.Membership;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary><c>GET /v1/profiles/{ref}/audiences</c>: which ones a profile belongs to, and when it entered and left.</summary>
internal static class MembershipEndpoint
{
    public static async Task ReadAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var profile = ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace));
        var view = await services.Grid.GetAsync(key.Workspace, profile, context.RequestAborted);
        var history = view is null ? null : await services.Grid.AudienceHistoryAsync(key.Workspace, profile, context.RequestAborted);
        if (view is null || history is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        using var shown = JsonDocument.Parse(view.Json);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WritePropertyName("audiences");
            shown.RootElement.GetProperty("audiences").WriteTo(json);
            json.WriteStartArray("history");
            foreach (var change in history) Write(json, change);
            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, MembershipChange change)
    {
        json.WriteStartObject();
        json.WriteString("at", IsoTime.Format(change.AtMs));
        json.WriteString("audience", change.Audience);
        json.WriteNumber("version", change.Version);
        json.WriteString("kind", MembershipFeed.NameOf(change.Kind));
        json.WriteString("cause", MembershipFeed.NameOf(change.Cause));
        json.WriteBoolean("historical", change.Historical);
        json.WriteEndObject();
    }
}
