using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Profiles;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Core.Profiles;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary>
/// <c>GET /v1/audiences/{id}/members?columns=traits.email,identifiers.user_id,computed.traits.orders-90d&amp;after&amp;limit</c>: all members, one JSON object a line,
/// in order of their ids, read from the store page by page. <c>limit</c> and <c>after</c> (an id) make pages of it.
/// </summary>
internal sealed class AudienceMembers(AudienceDefinitions definitions, GridStore store)
{
    private const int Page = 256;

    public async Task ListAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var id = DefinitionEndpoints.Id(context);
        await AudienceSizes.EnsureKnownAsync(definitions, key.Workspace, id, context.RequestAborted);
        var columns = MemberColumn.Read(QueryValues.Text(context.Request, "columns"));
        var left = QueryValues.Number(context.Request, "limit", int.MaxValue, 1, int.MaxValue);
        var after = After(context.Request);
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store";
        var output = context.Response.BodyWriter;
        var customers = new StoredCustomers(store.Journal, key.Workspace);
        while (left > 0)
        {
            var size = Math.Min(Page, left);
            var page = await store.Index.MembersAsync(key.Workspace, id, after, size, context.RequestAborted);
            var views = columns.Count == 0 ? null : await ReadAsync(customers, services, key.Workspace, page, context.RequestAborted);
            for (var i = 0; i < page.Count; i++) WriteLine(output, page[i], columns, views?[i]);
            await output.FlushAsync(context.RequestAborted);
            if (page.Count < size) return;
            (left, after) = (left - page.Count, page[^1].Customer);
        }
    }

    private static async Task<ProfileView?[]> ReadAsync(
        StoredCustomers customers, ApiServices services, string workspace, IReadOnlyList<Member> page, CancellationToken cancellationToken)
    {
        var views = new ProfileView?[page.Count];
        var (rules, inForce) = (services.Grid.Rules(workspace), services.Settings.Audiences(workspace));
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await Parallel.ForAsync(0, page.Count, cancellationToken, async (i, stop) => views[i] = await customers.ProfileAsync(page[i].Customer, rules, inForce, nowMs, stop));
        return views;
    }

    private static CustomerId? After(HttpRequest request)
    {
        if (QueryValues.Text(request, "after") is not { } text) return null;
        return Guid.TryParse(text, out var id) ? new CustomerId(id) : throw new ProblemException(ProblemCode.InvalidCursor);
    }

    private static void WriteLine(IBufferWriter<byte> output, Member member, IReadOnlyList<MemberColumn> columns, ProfileView? view)
    {
        using (var json = new Utf8JsonWriter(output, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("id", member.Customer.Value);
            json.WriteString("since", IsoTime.Format(member.SinceMs));
            if (columns.Count > 0)
            {
                using var profile = view is null ? null : JsonDocument.Parse(view.Json);
                foreach (var column in columns) column.Write(json, profile?.RootElement);
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
