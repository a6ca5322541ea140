using System.Security.Cryptography;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Audiences.Windows;
using Cdp.Core.Definitions;
using Cdp.Core.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Webhooks;

/// <summary><c>POST /v1/webhooks/{id}/secret?overlap=24h</c>: makes a new secret, which this answer alone shows.</summary>
internal sealed class WebhookSecretEndpoint(WebhookDefinitions definitions)
{
    private static readonly TimeSpan DefaultOverlap = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(7);

    public async Task RotateAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var overlap = Overlap(context.Request);
        var endpoint = await WebhookReads.FindAsync(definitions, context, key);
        var stored = await definitions.Feed.Store.ReadAsync(key.Workspace, WebhookSecrets.Kind, endpoint.Name, context.RequestAborted);
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var before = stored?.Body is { } body ? WebhookSecrets.TryRead(body) : null;
        var secrets = WebhookSecrets.Rotate(before, RandomNumberGenerator.GetBytes(WebhookSecrets.SecretBytes), nowMs, overlap);
        var write = new DefinitionWrite(
            key.Workspace, WebhookSecrets.Kind, endpoint.Name, secrets.Write(), nowMs, key.Who, QueryValues.Reason(context.Request), stored?.Version ?? 0);
        var outcome = await definitions.Feed.WriteAsync(write, CancellationToken.None);
        if (outcome.Status != DefinitionStatus.Written) throw new ProblemException(ProblemCode.VersionConflict, "Another secret was made at the same time.");
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteString("id", endpoint.Name);
            json.WriteString("secret", secrets.Current);
            json.WriteString("previousValidUntil", secrets.Previous is [var previous, ..] ? IsoTime.Format(previous.UntilMs) : null);
        });
    }

    private static TimeSpan Overlap(HttpRequest request)
    {
        if (QueryValues.Text(request, "overlap") is not { } text) return DefaultOverlap;
        if (text == "0") return TimeSpan.Zero;
        return Durations.TryParse(text, out var ms) && ms <= MaxOverlap.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(ms)
            : throw new ProblemException(ProblemCode.InvalidParameter, "overlap is 0 or a length of at most 7 days, such as 24h.");
    }
}
