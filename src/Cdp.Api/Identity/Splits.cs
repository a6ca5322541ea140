using System.Buffers;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Core.Actors;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Identity;

/// <summary><c>POST /v1/identity/split</c>.</summary>
internal static class Splits
{
    private const string Expected = "{\"profile\":ref, \"identifiers\":[…] or \"mergeId\":id, \"reason\":text, \"neverMerge\":true}";

    public static async Task SplitAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var bytes = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, IdentityBody.MaxBytes);
        using var body = IdentityBody.Read(bytes.Memory, services.Grid.Rules(key.Workspace), Expected);
        if (body.Has("mergeId") == body.Has("identifiers")) throw new ProblemException(ProblemCode.InvalidBody, "Send either identifiers or mergeId.");
        var split = new PersonSplit(body.Merge("mergeId"), body.Identifiers("identifiers"), body.Flag("neverMerge", true), body.Note(key));
        var answer = await services.Grid.SplitAsync(key.Workspace, body.Ref("profile"), split, CancellationToken.None);
        if (answer is null) throw new ProblemException(ProblemCode.ProfileNotFound);
        if (answer.Refusal is { } refusal) throw new ProblemException(CodeOf(refusal));

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("profileId", answer.Kept.Value);
            json.WriteString("splitProfileId", answer.Given.Value);
            json.WriteStartArray("profileIds");
            json.WriteStringValue(answer.Kept.Value);
            json.WriteStringValue(answer.Given.Value);
            json.WriteEndArray();
            json.WriteNumber("identifiers", answer.Identifiers);
            json.WriteNumber("events", answer.Events);
            json.WriteEndObject();
        }

        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static ProblemCode CodeOf(string refusal) => refusal switch
    {
        SplitRefusals.NotOwned => ProblemCode.IdentifierNotOwned,
        SplitRefusals.NothingLeft => ProblemCode.NothingLeft,
        SplitRefusals.TooLarge => ProblemCode.ProfileTooLarge,
        _ => ProblemCode.NotMerged,
    };
}
