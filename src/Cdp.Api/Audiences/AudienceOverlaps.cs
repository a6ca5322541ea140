using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Audiences;

/// <summary><c>POST /v1/audiences:overlap {"audiences":[…]}</c>: how many customers are in which combination of 2 to 16 audiences.</summary>
internal sealed class AudienceOverlaps(IGridIndex index)
{
    private const int MaxBody = 16 * 1024;
    private const string Expected = "Send {\"audiences\":[…]} with 2 to 16 different ids.";

    public async Task CountAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, MaxBody);
        var audiences = Read(body.Memory);
        var plan = services.Settings.Audiences(key.Workspace).Plan;
        if (audiences.Any(a => plan.IndexOf(a) < 0)) throw new ProblemException(ProblemCode.DefinitionNotFound, "An audience that was named does not exist.");
        var counts = await index.OverlapAsync(key.Workspace, audiences, context.RequestAborted);
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteNumber("any", counts.Sum(c => c.Customers));
            json.WriteNumber("all", counts.Where(c => c.Audiences == (1 << audiences.Length) - 1).Sum(c => c.Customers));
            json.WriteStartArray("audiences");
            for (var i = 0; i < audiences.Length; i++)
            {
                json.WriteStartObject();
                json.WriteString("id", audiences[i]);
                json.WriteNumber("members", counts.Where(c => (c.Audiences & (1 << i)) != 0).Sum(c => c.Customers));
                json.WriteNumber("onlyHere", counts.Where(c => c.Audiences == 1 << i).Sum(c => c.Customers));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("combinations");
            foreach (var (bits, customers) in counts)
            {
                json.WriteStartObject();
                json.WriteStartArray("audiences");
                for (var i = 0; i < audiences.Length; i++)
                    if ((bits & (1 << i)) != 0) json.WriteStringValue(audiences[i]);
                json.WriteEndArray();
                json.WriteNumber("customers", customers);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static string[] Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("audiences", out var list) || list.ValueKind != JsonValueKind.Array)
                throw new ProblemException(ProblemCode.InvalidBody, Expected);
            if (list.EnumerateArray().Any(a => a.ValueKind != JsonValueKind.String)) throw new ProblemException(ProblemCode.InvalidBody, Expected);
            string[] audiences = [.. list.EnumerateArray().Select(a => a.GetString()!)];
            var isValid = audiences.Length is >= 2 and <= JournalRules.MaxOverlap && audiences.Distinct(StringComparer.Ordinal).Count() == audiences.Length;
            return isValid ? audiences : throw new ProblemException(ProblemCode.InvalidBody, Expected);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair.
            throw new ProblemException(ProblemCode.InvalidJson);
        }
    }
}
