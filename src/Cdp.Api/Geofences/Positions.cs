using System.Runtime.InteropServices;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Actors;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Geofences;

/// <summary>
/// <c>POST /v1/positions {"positions":[{"ref":"user_id:jo","deviceId":"phone","lat":…,"lon":…,"accuracyMeters":…,"timestamp":…}]}</c>: at most 1,000, of any
/// profiles. Answered when what they tell is durable; one that is wrong does not keep the others out.
/// </summary>
internal static class Positions
{
    private const int MaxPositions = 1_000;
    private const int MaxBody = 1024 * 1024;
    private const string Expected = "Send {\"positions\":[{\"ref\":\"type:value\",\"lat\":…,\"lon\":…}]} with at most 1,000 positions.";

    public static async Task TakeAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, MaxBody);
        using var document = Parse(body.Memory);
        var positions = document.RootElement.GetProperty("positions"u8);
        if (positions.GetArrayLength() > MaxPositions) throw new ProblemException(ProblemCode.InvalidBody, Expected);
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var results = new Result[positions.GetArrayLength()];
        var byProfile = new Dictionary<ProfileRef, List<(int Index, Fix Fix)>>();
        foreach (var (index, position) in positions.EnumerateArray().Index())
        {
            if (Read(position, services, key, nowMs, out var profile, out var fix) is { } code) results[index] = new(code);
            else if (byProfile.TryGetValue(profile, out var same)) same.Add((index, fix!));
            else byProfile.Add(profile, [(index, fix!)]);
        }

        await Parallel.ForEachAsync(byProfile, context.RequestAborted, async (group, stop) =>
        {
            var moved = await services.Grid.MoveAsync(key.Workspace, group.Key, [.. group.Value.Select(f => f.Fix)], stop);
            for (var i = 0; i < group.Value.Count; i++)
                results[group.Value[i].Index] = moved is null ? new(ProblemCode.ProfileNotFound.Code) : new(null, moved.Customer.Value, moved.Fixes[i]);
        });
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteStartArray("results");
            foreach (var result in results) result.Write(json);
            json.WriteEndArray();
        });
    }

    private static string? Read(JsonElement position, ApiServices services, KeyEntry key, long nowMs, out ProfileRef profile, out Fix? fix)
    {
        (profile, fix) = (default, null);
        if (position.ValueKind != JsonValueKind.Object || !position.TryGetProperty("ref"u8, out var named) || named.ValueKind != JsonValueKind.String) return ProblemCode.InvalidRef.Code;
        if (Text(named) is not { } text || !ProfileRef.TryParse(services.Grid.Rules(key.Workspace), text, out profile, out _)) return ProblemCode.InvalidRef.Code;
        return FixReader.Read(JsonMarshal.GetRawUtf8Value(position), nowMs, out fix);
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("positions"u8, out var positions) && positions.ValueKind == JsonValueKind.Array)
            return document;
        document.Dispose();
        throw new ProblemException(ProblemCode.InvalidBody, Expected);
    }

    /// <summary>What became of one position.</summary>
    private readonly record struct Result(string? Code, Guid Profile = default, MovedFix? Moved = null)
    {
        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("outcome", Moved?.Outcome.ToString().ToLowerInvariant() ?? "rejected");
            if (Code is not null) json.WriteString("code", Code);
            if (Moved is { } moved)
            {
                json.WriteString("profileId", Profile);
                json.WriteStartArray("transitions");
                foreach (var transition in moved.Transitions)
                {
                    json.WriteStartObject();
                    FenceFeed.Write(json, transition);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }
    }
}
