using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Identity;

/// <summary><c>POST /v1/identity/merge</c>.</summary>
internal static class Merges
{
    public static async Task MergeAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var bytes = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, IdentityBody.MaxBytes);
        using var body = IdentityBody.Read(bytes.Memory, services.Grid.Rules(key.Workspace), "{\"survivor\":ref, \"absorbed\":ref, \"reason\":text}");
        var merged = await services.Grid.MergeAsync(key.Workspace, body.Ref("survivor"), body.Ref("absorbed"), body.Note(key), CancellationToken.None);
        switch (merged.Refusal)
        {
            case null:
                break;
            case MergeRefusals.SameProfile:
                throw new ProblemException(ProblemCode.SameProfile);
            case MergeRefusals.SharedProfile:
                throw new ProblemException(ProblemCode.SharedProfile);
            default:
                throw new ProblemException(ProblemCode.ProfileNotFound, merged.Refusal == MergeRefusals.SurvivorNotFound ? "survivor" : "absorbed");
        }

        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("mergeId", merged.Id!.Value.ToString());
            json.WriteString("profileId", merged.Profile!.Value.Value);
            json.WriteEndObject();
        }

        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }
}
