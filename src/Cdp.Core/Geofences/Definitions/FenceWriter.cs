using System.Text.Json;
using Cdp.Core.Geofences.Geometry;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>Writes fences as GeoJSON.</summary>
public static class FenceWriter
{
    private const long Circle = 3_600_000_000;

    /// <summary>
    /// Writes a Feature that <see cref="FenceReader"/> reads as the same fence: coordinates to 1e-7 degrees, options that differ from their defaults. A circle is a
    /// Point with <c>radiusMeters</c> among the properties, which any reader of GeoJSON can show.
    /// </summary>
    /// <param name="json">Where a value is expected.</param>
    /// <param name="fence">The fence.</param>
    public static void Write(Utf8JsonWriter json, Fence fence)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(fence);
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", fence.Id);
        json.WriteStartObject("geometry");
        if (fence.Shape is CircleShape circle) WritePoint(json, circle.Center);
        else WritePolygons(json, ((PolygonShape)fence.Shape).Parts);
        json.WriteEndObject();
        json.WriteStartObject("properties");
        if (fence.Name is { } name) json.WriteString("name", name);
        if (fence.Shape is CircleShape { RadiusMeters: var radius }) json.WriteNumber("radiusMeters", radius);
        FenceOptionsWriter.Write(json, fence);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter json, Position center)
    {
        json.WriteString("type", "Point");
        json.WriteStartArray("coordinates");
        json.WriteNumberValue(center.Longitude);
        json.WriteNumberValue(center.Latitude);
        json.WriteEndArray();
    }

    private static void WritePolygons(Utf8JsonWriter json, IReadOnlyList<PolygonPart> parts)
    {
        json.WriteString("type", parts.Count == 1 ? "Polygon" : "MultiPolygon");
        json.WriteStartArray("coordinates");
        foreach (var part in parts)
        {
            if (parts.Count > 1) json.WriteStartArray();
            foreach (var ring in part.Rings) WriteRing(json, ring);
            if (parts.Count > 1) json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteRing(Utf8JsonWriter json, (long LonE7, int LatE7)[] ring)
    {
        json.WriteStartArray();
        for (var i = 0; i < ring.Length; i++)
        {
            // The way along a pole is not of the ring that was given, and reading finds it again.
            if (IsAlongPole(ring, i) || (i > 0 && IsAlongPole(ring, i - 1))) continue;
            json.WriteStartArray();
            json.WriteNumberValue((ring[i].LonE7 > 1_800_000_000 ? ring[i].LonE7 - Circle : ring[i].LonE7) / 1e7m);
            json.WriteNumberValue(ring[i].LatE7 / 1e7m);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    // A whole circle of longitude at a pole; from -180 to 180 it can be written as it is.
    private static bool IsAlongPole((long LonE7, int LatE7)[] ring, int i) =>
        i + 1 < ring.Length && Math.Abs(ring[i].LatE7) == 900_000_000 && ring[i].LatE7 == ring[i + 1].LatE7
        && Math.Abs(ring[i].LonE7 - ring[i + 1].LonE7) == Circle && Math.Min(ring[i].LonE7, ring[i + 1].LonE7) != -1_800_000_000;
}
