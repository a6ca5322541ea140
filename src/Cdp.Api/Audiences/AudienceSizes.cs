using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Journal.Index;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary><c>GET /v1/audiences/{id}/sizes?since</c>: how the number of members went, hour by hour in which it changed.</summary>
internal sealed class AudienceSizes(AudienceDefinitions definitions, IGridIndex index)
{
    public async Task HistoryAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var id = DefinitionEndpoints.Id(context);
        await EnsureKnownAsync(definitions, key.Workspace, id, context.RequestAborted);
        var history = await index.SizeHistoryAsync(key.Workspace, id, QueryValues.Time(context.Request, "since") ?? 0, context.RequestAborted);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteString("id", id);
            json.WriteStartArray("sizes");
            foreach (var (hour, members) in history)
            {
                json.WriteStartObject();
                json.WriteString("hour", IsoTime.Format(hour));
                json.WriteNumber("members", members);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Ends the request when there is no such audience.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public static async Task EnsureKnownAsync(AudienceDefinitions definitions, string workspace, string id, CancellationToken cancellationToken)
    {
        if (await definitions.Feed.Store.ReadAsync(workspace, AudienceDefinitions.AudienceKind, id, cancellationToken) is not { IsDeleted: false })
            throw new ProblemException(ProblemCode.DefinitionNotFound);
    }
}
