using System.Runtime.InteropServices;
using System.Text.Json;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Policies;
using Cdp.Core.Geofences.Definitions;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Geofences;

/// <summary>
/// <c>POST /v1/geofences:import</c>: a GeoJSON FeatureCollection. Each feature is put as if it came alone; one that is wrong is named with its faults and does not
/// keep the others out. It may be repeated.
/// </summary>
internal sealed class FenceImport(FenceDefinitions definitions)
{
    private const int MaxBody = 8 * 1024 * 1024;
    private const int MaxRejected = 100;
    private const int AtATime = 64;

    public async Task ImportAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        using var body = await RequestBody.ReadAsync(context.Request, services.Ingest.Bytes, MaxBody);
        using var document = Parse(body.Memory);
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var reason = QueryValues.Reason(context.Request);
        var rejected = new SortedDictionary<int, IReadOnlyList<string>>();
        var imported = 0;
        var room = FenceLimits.MaxFences - services.Settings.Fences(key.Workspace).Index.Count;
        await Parallel.ForEachAsync(document.RootElement.GetProperty("features"u8).EnumerateArray().Index(), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (feature, _) =>
        {
            var json = JsonMarshal.GetRawUtf8Value(feature.Item).ToArray();
            var (fence, problems) = FenceDefinitions.Read(json, nowMs);
            if (fence is not null && services.Settings.Fences(key.Workspace).Index.Find(fence.Id) is null && Interlocked.Decrement(ref room) < 0)
                (fence, problems) = (null, [$"$: out_of_range: expected at most {FenceLimits.MaxFences} fences"]);
            if (fence is null)
            {
                lock (rejected) rejected.Add(feature.Index, problems);
                return;
            }

            await definitions.Feed.WriteAsync(new(key.Workspace, FenceDefinitions.FenceKind, fence.Id, json, nowMs, key.Who, reason, null), CancellationToken.None);
            Interlocked.Increment(ref imported);
        });
        await PolicyReads.AnswerAsync(context, json =>
        {
            json.WriteNumber("imported", imported);
            json.WriteNumber("rejectedCount", rejected.Count);
            json.WriteStartArray("rejected");
            foreach (var (index, problems) in rejected.Take(MaxRejected))
            {
                json.WriteStartObject();
                json.WriteNumber("index", index);
                json.WriteStartArray("errors");
                foreach (var problem in problems) json.WriteStringValue(problem);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
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

        if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("features"u8, out var features) && features.ValueKind == JsonValueKind.Array)
            return document;
        document.Dispose();
        throw new ProblemException(ProblemCode.InvalidBody, "Send a GeoJSON FeatureCollection.");
    }
}
