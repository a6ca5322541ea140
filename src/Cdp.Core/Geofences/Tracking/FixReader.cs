using System.Buffers.Text;
using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Events.Json;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Identity;

namespace Cdp.Core.Geofences.Tracking;

/// <summary>Reads fixes out of positions as devices send them, and out of events that say where they happened.</summary>
public static class FixReader
{
    /// <summary>The device of a customer whose sender names none.</summary>
    public const string UnnamedDevice = "default";

    /// <summary>Characters of a device id.</summary>
    public const int MaxDeviceIdChars = 256;

    private const double MaxAccuracyMeters = 1e7;
    private const double MaxSpeedMps = 1e5;
    private const double MaxHeadingDegrees = 360;

    /// <summary>
    /// Reads <c>{"deviceId":…,"lat":…,"lon":…,"accuracyMeters":…,"speedMps":…,"heading":…,"timestamp":…}</c>; <c>latitude</c>, <c>longitude</c> and
    /// <c>accuracy</c> are taken as well, other members are passed over. A time after the arrival counts as the arrival.
    /// </summary>
    /// <param name="json">One position, UTF-8 JSON.</param>
    /// <param name="receivedAtMs">When it arrived, Unix milliseconds: its time when it says none.</param>
    /// <param name="fix">The fix; null with a reason.</param>
    /// <returns>The reason code against it, one of <see cref="FixReasons"/> or of the times in <see cref="ReasonCodes"/>; null when there is none.</returns>
    public static string? Read(ReadOnlySpan<byte> json, long receivedAtMs, out Fix? fix)
    {
        fix = null;
        if (!IsObject(json)) return FixReasons.InvalidJson;
        var fields = FixFields.Read(json);
        if (fields.Device.HasValue && !fields.Device.IsString) return FixReasons.InvalidDeviceId;
        var device = fields.Device.HasValue ? JsonText.Read(json, fields.Device) : UnnamedDevice;
        if (device.Length is 0 or > MaxDeviceIdChars) return FixReasons.InvalidDeviceId;
        var atMs = receivedAtMs;
        if (fields.Timestamp.HasValue && !TimestampReader.TryRead(json, fields.Timestamp, out atMs)) return ReasonCodes.InvalidTimestamp;
        if (atMs < EventLimits.MinTimeMs) return ReasonCodes.TimestampTooOld;
        if (atMs > receivedAtMs + (long)EventLimits.MaxAhead.TotalMilliseconds) return ReasonCodes.TimestampInFuture;
        return Read(json, fields, device, Math.Min(atMs, receivedAtMs), out fix);
    }

    /// <summary>Checks a fix that came as values, and not as JSON, by the same rules.</summary>
    /// <param name="fix">The fix.</param>
    /// <param name="receivedAtMs">When it arrived, Unix milliseconds.</param>
    /// <param name="taken">The fix as it is taken: a time after the arrival counts as the arrival; null with a reason.</param>
    /// <returns>The reason code against it; null when there is none.</returns>
    public static string? Check(Fix fix, long receivedAtMs, out Fix? taken)
    {
        ArgumentNullException.ThrowIfNull(fix);
        taken = null;
        if (fix.DeviceId is not { Length: > 0 and <= MaxDeviceIdChars }) return FixReasons.InvalidDeviceId;
        if (Check(fix.Position) is { } reason) return reason;
        if (!IsMeasure(fix.AccuracyMeters, MaxAccuracyMeters)) return FixReasons.InvalidAccuracy;
        if (!IsMeasure(fix.SpeedMps, MaxSpeedMps)) return FixReasons.InvalidSpeed;
        if (!IsMeasure(fix.HeadingDegrees, MaxHeadingDegrees)) return FixReasons.InvalidHeading;
        if (fix.AtMs < EventLimits.MinTimeMs) return ReasonCodes.TimestampTooOld;
        if (fix.AtMs > receivedAtMs + (long)EventLimits.MaxAhead.TotalMilliseconds) return ReasonCodes.TimestampInFuture;
        taken = fix with { AtMs = Math.Min(fix.AtMs, receivedAtMs), HeadingDegrees = fix.HeadingDegrees is MaxHeadingDegrees ? 0 : fix.HeadingDegrees };
        return null;
    }

    /// <summary>Checks a place.</summary>
    /// <param name="place">The place.</param>
    /// <returns>The reason code against it; null when it is one.</returns>
    public static string? Check(Position place)
    {
        if (!(Math.Abs(place.Latitude) <= 90)) return FixReasons.InvalidLatitude;
        return Math.Abs(place.Longitude) <= 180 ? null : FixReasons.InvalidLongitude;
    }

    private static bool IsMeasure(double? value, double max) => value is null || (value >= 0 && value <= max);

    /// <summary>Reads <c>context.location</c> of an event. The device is the event's, the time that by which its values are ordered.</summary>
    /// <param name="e">The event.</param>
    /// <param name="fix">The fix; null when the event says no place, and with a reason.</param>
    /// <returns>The reason code against the place, one of <see cref="FixReasons"/>; null when it is one or there is none.</returns>
    public static string? Read(CustomerEvent e, out Fix? fix)
    {
        ArgumentNullException.ThrowIfNull(e);
        fix = null;
        var context = e.Context.Span;
        var location = default(JsonSlice);
        var members = new JsonMembers(context);
        while (members.Next())
        {
            if (members.Name.SequenceEqual("location"u8)) location = members.Value;
        }

        if (!location.IsObject) return null;
        var json = location.In(context);
        var fields = FixFields.Read(json);

        // A city without coordinates is a place, but no position.
        if (!fields.Latitude.HasValue && !fields.Longitude.HasValue) return null;
        return Read(json, fields, e.Evidence?.Device is { } device ? JsonText.Cut(device.Key, MaxDeviceIdChars) : UnnamedDevice, e.OrderMs, out fix);
    }

    private static string? Read(ReadOnlySpan<byte> json, in FixFields fields, string device, long atMs, out Fix? fix)
    {
        fix = null;
        if (Position.Read(json, fields.Latitude, fields.Longitude, out var position) is { } reason) return reason;
        if (!TryMeasure(json, fields.Accuracy, MaxAccuracyMeters, out var accuracy)) return FixReasons.InvalidAccuracy;
        if (!TryMeasure(json, fields.Speed, MaxSpeedMps, out var speed)) return FixReasons.InvalidSpeed;
        if (!TryMeasure(json, fields.Heading, MaxHeadingDegrees, out var heading)) return FixReasons.InvalidHeading;
        fix = new(device, position, atMs, accuracy, speed, heading is MaxHeadingDegrees ? 0 : heading);
        return null;
    }

    // Phones say -1 for what they do not know.
    private static bool TryMeasure(ReadOnlySpan<byte> json, JsonSlice slice, double max, out double? value)
    {
        value = null;
        if (!slice.HasValue) return true;
        if (slice.Kind != JsonTokenType.Number || !Utf8Parser.TryParse(slice.In(json), out double number, out _) || !(number <= max)) return false;
        if (number >= 0) value = number;
        return true;
    }

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
            }

            return JsonText.IsStorable(json);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
