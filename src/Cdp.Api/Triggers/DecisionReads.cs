using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Api.Profiles;
using Cdp.Core.Activation;
using Cdp.Core.Identity;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Triggers;

/// <summary><c>GET /v1/profiles/{ref}/decisions?limit</c>: what triggers decided of a profile and of all that it absorbed, newest first, and why.</summary>
internal static class DecisionReads
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static async Task ListAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var limit = QueryValues.Number(context.Request, "limit", DefaultLimit, 1, MaxLimit);
        var profile = ProfileRefs.FromPath(context, services.Grid.Rules(key.Workspace));
        if (await services.Grid.TriggerDecisionsAsync(key.Workspace, profile, limit, context.RequestAborted) is not { } decisions)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteStartArray("decisions");
            foreach (var decision in decisions) Write(json, decision);
            json.WriteEndArray();
        });
    }

    public static void Write(Utf8JsonWriter json, TriggerDecision decision, CustomerId? profile = null)
    {
        json.WriteStartObject();
        if (profile is { } customer) json.WriteString("profileId", customer.Value);
        json.WriteString("id", decision.Id);
        json.WriteString("trigger", decision.Trigger);
        json.WriteNumber("version", decision.Version);
        json.WriteString("code", decision.Code);
        json.WriteBoolean("acted", DecisionCodes.Acts(decision.Code));
        json.WriteString("on", decision.Kind.ToString().ToLowerInvariant());
        json.WriteString("subject", decision.Subject);
        json.WriteString("occasionAt", IsoTime.Format(decision.OccasionAtMs));
        json.WriteString("at", IsoTime.Format(decision.AtMs));
        if (decision.QuietUntilMs is { } until) json.WriteString("quietUntil", IsoTime.Format(until));
        json.WriteStartArray("queues");
        foreach (var queue in decision.Queues) json.WriteStringValue(queue);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
