using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Ingest;

/// <summary>One ingest request: bounds, key, body, events, grid, answer.</summary>
internal static class IngestHandler
{
    public static async Task HandleAsync(HttpContext context, ApiServices services, bool isBatch, EventType? type)
    {
        if (!services.Ingest.Requests.TryEnter())
        {
            await Problem.WriteAsync(context, ProblemCode.Overloaded, "Too many requests are in flight.");
            return;
        }

        try
        {
            await IngestAsync(context, services, isBatch, type);
        }
        finally
        {
            services.Ingest.Requests.Leave();
        }
    }

    private static async Task IngestAsync(HttpContext context, ApiServices services, bool isBatch, EventType? type)
    {
        var keys = services.Settings.Current.Keys;
        var named = TryReadKeyOutsideBody(context.Request, keys, out var key);
        if (named && !await AdmitAsync(context, services, key)) return;

        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes);
        var document = IngestDocument.Parse(body.Memory, isBatch);
        if (!named)
        {
            key = keys.FindWriteKey(document.WriteKey);
            if (!await AdmitAsync(context, services, key)) return;
        }

        var everything = WantsOutcomes(context.Request);
        if (everything && !key!.Has(KeyScopes.Ingest))
        {
            await Problem.WriteAsync(context, ProblemCode.Forbidden, "outcomes=true needs an API key of scope ingest.");
            return;
        }

        var batch = Read(document, services, key!, type, everything);
        var outcomes = batch.Events.Count == 0 ? [] : await services.Grid.IngestAsync(key!.Workspace, batch.Events, CancellationToken.None);
        if (Array.Exists(outcomes, o => o.Status == EventStatus.Failed))
        {
            services.Metrics.CountOutcomes(outcomes);
            await Problem.WriteAsync(context, ProblemCode.Unavailable, "A part of the events could not be stored. Send the request again.");
            return;
        }

        batch.Add(outcomes);
        services.Metrics.CountOutcomes(outcomes);
        services.Metrics.CountRejects(batch);
        services.Ingest.Rejects.Add(key!, services.Time.GetUtcNow(), batch.Rejects);
        await IngestAnswer.WriteAsync(context, batch, everything);
    }

    private static IngestBatch Read(IngestDocument document, ApiServices services, KeyEntry key, EventType? type, bool everything)
    {
        var now = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var context = new ParseContext(services.Grid.Rules(key.Workspace), key.Source, now, document.SentAtMs, type) { NewMessageId = services.NewMessageId };
        var batch = new IngestBatch(everything);
        var events = document.Events;
        while (events.Next()) batch.Add(EventParser.Parse(events.Current, context), events.Current, type);
        return batch;
    }

    /// <summary>Header, then query. True when either names a key, be it right or wrong: what follows in the body is not asked then.</summary>
    private static bool TryReadKeyOutsideBody(HttpRequest request, KeyRing keys, out KeyEntry? key)
    {
        if (Credentials.TryReadHeader(request, keys, out key)) return true;
        if (!request.Query.TryGetValue("writeKey", out var query) || string.IsNullOrEmpty(query)) return false;
        key = keys.FindWriteKey(query);
        return true;
    }

    private static async ValueTask<bool> AdmitAsync(HttpContext context, ApiServices services, KeyEntry? key)
    {
        if (key is null)
        {
            await Problem.WriteAsync(context, ProblemCode.Unauthorized, "Send a write key: as Basic user name, ?writeKey= or writeKey in the body.");
            return false;
        }

        if (!key.MayIngest)
        {
            await Problem.WriteAsync(context, ProblemCode.Forbidden, "The key lacks the scope ingest.");
            return false;
        }

        if (services.Ingest.Rates.TryTake(key, out var retryAfterSeconds)) return true;
        await Problem.WriteAsync(context, ProblemCode.RateLimited, "The key's rate limit is reached.", retryAfterSeconds);
        return false;
    }

    private static bool WantsOutcomes(HttpRequest request) =>
        request.QueryString.HasValue && bool.TryParse(request.Query["outcomes"], out var wanted) && wanted;
}
