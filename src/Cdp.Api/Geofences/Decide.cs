using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cdp.Api.Audiences;
using Cdp.Api.Auth;
using Cdp.Api.Http;
using Cdp.Api.Profiles;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Geometry;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Geofences;

/// <summary>
/// <c>GET /v1/decide?ref=type:value&amp;lat=…&amp;lon=…&amp;columns=traits.plan,consent</c>: chosen fields of a profile, its audiences, and the fences around a place, in one
/// answer out of memory, for callers that act themselves. It keeps and triggers nothing.
/// </summary>
internal static class Decide
{
    public static async Task ReadAsync(HttpContext context, ApiServices services, KeyEntry key)
    {
        var request = context.Request;
        var columns = MemberColumn.Read(QueryValues.Text(request, "columns"));
        var position = Place(request);
        var view = await services.Grid.GetAsync(key.Workspace, ProfileRefs.FromQuery(context, services.Grid.Rules(key.Workspace)), context.RequestAborted);
        if (view is null)
        {
            await ProfileReads.NotFoundAsync(context);
            return;
        }

        List<Fence> fences = [];
        if (position is { } place) services.Settings.Fences(key.Workspace).Index.FindContaining(place, fences);
        using var profile = JsonDocument.Parse(view.Json);
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("profileId", view.Id.Value);
            json.WriteNumber("version", view.Version);
            json.WritePropertyName("audiences");
            profile.RootElement.GetProperty("audiences").WriteTo(json);
            json.WriteStartObject("fields");
            foreach (var column in columns) column.Write(json, profile.RootElement);
            json.WriteEndObject();
            json.WriteStartArray("fences");
            foreach (var fence in fences.OrderBy(f => f.Id, StringComparer.Ordinal)) FenceEndpoints.Write(json, fence, position!.Value);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        await Answers.WriteJsonAsync(context, buffer.WrittenMemory);
    }

    private static Position? Place(HttpRequest request)
    {
        var (lat, lon) = (QueryValues.Text(request, "lat"), QueryValues.Text(request, "lon"));
        if (lat is null && lon is null) return null;
        return double.TryParse(lat, NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude) && latitude is >= -90 and <= 90
            && double.TryParse(lon, NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude) && longitude is >= -180 and <= 180
            ? new(latitude, longitude)
            : throw new ProblemException(ProblemCode.InvalidParameter, "lat is from -90 to 90 and lon from -180 to 180, both or neither.");
    }
}
