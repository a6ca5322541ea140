using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Definitions;

namespace Cdp.Core.Tests.Geofences;

/// <summary>Fences for tests, by way of their JSON.</summary>
internal static class Fences
{
    public static FenceReading Read(string json, long version = 1, long changedAtMs = 0) => FenceReader.Read(new(Encoding.UTF8.GetBytes(json), version), changedAtMs);

    public static Fence Of(string json, long version = 1, long changedAtMs = 0)
    {
        var reading = Read(json, version, changedAtMs);
        Assert.Empty(reading.Problems);
        return reading.Fence!;
    }

    public static Fence Circle(string id, double lat, double lon, double radius, string more = "", long version = 1) =>
        Of(string.Create(CultureInfo.InvariantCulture, $$"""{"id":"{{id}}","geometry":{"type":"Circle","center":[{{lon}},{{lat}}],"radiusMeters":{{radius}}}{{more}}}"""), version);

    public static Fence Polygon(string id, string coordinates, string more = "") => Of($$"""{"id":"{{id}}","geometry":{"type":"Polygon","coordinates":{{coordinates}}}{{more}}}""");

    public static string Write(Fence fence)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) FenceWriter.Write(json, fence);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
