using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary><c>POST /v1/profiles/lookup</c>: many profiles in one request, in the order asked for.</summary>
internal static class ProfileLookup
{
    private const int MaxRefs = 1_000;
    private const int MaxBytes = 2 * 1024 * 1024;

    public static async Task LookupAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, MaxBytes);
        var refs = ReadRefs(body.Memory, services.Grid.Rules(key.Workspace));
        var views = await services.Grid.LookupAsync(key.Workspace, refs, context.RequestAborted);
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        buffer.Write("{\"profiles\":["u8);
        for (var i = 0; i < views.Length; i++)
        {
            if (i > 0) buffer.Write(","u8);
            buffer.Write(views[i] is { } view ? view.Json : "null"u8);
        }

        buffer.Write("]}"u8);
        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static ProfileRef[] ReadRefs(ReadOnlyMemory<byte> body, IdentityRules rules)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("refs", out var list)
                || list.ValueKind != JsonValueKind.Array)
            {
                throw new ProblemException(ProblemCode.InvalidBody, "Send {\"refs\":[…]}.");
            }

            if (list.GetArrayLength() > MaxRefs) throw new ProblemException(ProblemCode.InvalidBody, $"At most {MaxRefs} refs.");
            var refs = new ProfileRef[list.GetArrayLength()];
            for (var i = 0; i < refs.Length; i++) refs[i] = ReadRef(list[i], i, rules);
            return refs;
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }
    }

    private static ProfileRef ReadRef(JsonElement element, int index, IdentityRules rules)
    {
        string? why = ProfileRef.Hint;
        try
        {
            if (element.ValueKind == JsonValueKind.String && ProfileRef.TryParse(rules, element.GetString()!, out var profile, out why)) return profile;
        }
        catch (InvalidOperationException)
        {
            why = "It is not valid text.";
        }

        throw new ProblemException(ProblemCode.InvalidRef, $"refs[{index}]: {why}");
    }
}
