using System.Text.Json;
using Cdp.Core.Profiles;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>A customer's tracks inside a snapshot: our own JSON, format version 1.</summary>
/// <remarks>
/// <c>[1,[device,last,suspect or 0,[fix before,…],[fence,…]],…]</c> with a fix as <c>[latitude,longitude,ms,accuracy]</c> and a fence as
/// <c>[id,version,phase,fixes,sinceMs,enteredMs,seenMs,toldMs or null,quiet,flags]</c>; flag 1 for a dwell that is done, 2 for an initial visit.
/// </remarks>
public static class TrackCodec
{
    private const int Version = 1;

    /// <summary>Writes a state as one array.</summary>
    /// <param name="json">Where a value is expected.</param>
    /// <param name="state">The state.</param>
    public static void Write(Utf8JsonWriter json, TrackState state)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(state);
        json.WriteStartArray();
        json.WriteNumberValue(Version);
        foreach (var (id, device) in state.Devices)
        {
            json.WriteStartArray();
            json.WriteStringValue(id);
            WriteFix(json, device.Last);
            if (device.Suspect is { } suspect) WriteFix(json, suspect);
            else json.WriteNumberValue(0);
            json.WriteStartArray();
            foreach (var fix in device.Trail) WriteFix(json, fix);
            json.WriteEndArray();
            json.WriteStartArray();
            foreach (var fence in device.Fences) WriteFence(json, fence);
            json.WriteEndArray();
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="json">The array.</param>
    /// <returns>The state.</returns>
    /// <exception cref="FormatException">It is of a format version that this release does not know.</exception>
    public static TrackState Read(JsonElement json)
    {
        if (json[0].GetInt32() != Version) throw new FormatException("The tracks of a snapshot are of a format version that this release does not know.");
        return TrackState.Of(json.EnumerateArray().Skip(1).Select(d => KeyValuePair.Create(d[0].GetString()!, new DeviceTrack(
            ReadFix(d[1]),
            d[2].ValueKind == JsonValueKind.Array ? ReadFix(d[2]) : null,
            [.. d[3].EnumerateArray().Select(ReadFix)],
            [.. d[4].EnumerateArray().Select(ReadFence)]))));
    }

    private static void WriteFix(Utf8JsonWriter json, KeptFix fix)
    {
        json.WriteStartArray();
        json.WriteNumberValue(fix.Position.Latitude);
        json.WriteNumberValue(fix.Position.Longitude);
        json.WriteNumberValue(fix.AtMs);
        json.WriteNumberValue(fix.AccuracyMeters);
        json.WriteEndArray();
    }

    private static void WriteFence(Utf8JsonWriter json, FenceTrack fence)
    {
        json.WriteStartArray();
        json.WriteStringValue(fence.FenceId);
        json.WriteNumberValue(fence.Version);
        json.WriteNumberValue((int)fence.Phase);
        json.WriteNumberValue(fence.Fixes);
        json.WriteNumberValue(fence.SinceMs);
        json.WriteNumberValue(fence.EnteredMs);
        json.WriteNumberValue(fence.SeenMs);
        if (fence.ToldMs is { } told) json.WriteNumberValue(told);
        else json.WriteNullValue();
        json.WriteNumberValue((int)fence.Quiet);
        json.WriteNumberValue((fence.DwellDone ? 1 : 0) | (fence.Initial ? 2 : 0));
        json.WriteEndArray();
    }

    private static KeptFix ReadFix(JsonElement json) => new(new(json[0].GetDouble(), json[1].GetDouble()), json[2].GetInt64(), json[3].GetDouble());

    private static FenceTrack ReadFence(JsonElement json)
    {
        var flags = json[9].GetInt32();
        return new(
            StringPool.Shared.Intern(json[0].GetString()!),
            json[1].GetInt64(),
            (FencePhase)json[2].GetInt32(),
            json[3].GetInt32(),
            json[4].GetInt64(),
            json[5].GetInt64(),
            json[6].GetInt64(),
            json[7].ValueKind == JsonValueKind.Null ? null : json[7].GetInt64(),
            (Suppression)json[8].GetInt32(),
            (flags & 1) != 0,
            (flags & 2) != 0);
    }
}
