using System.Globalization;
using System.Text.Json;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>Writes what a fence says beside its geometry, as members of an object.</summary>
internal static class FenceOptionsWriter
{
    public static void Write(Utf8JsonWriter json, Fence fence)
    {
        WriteTexts(json, "tags", fence.Tags);
        if (fence.MetadataJson is { } metadata)
        {
            json.WritePropertyName("metadata");
            json.WriteRawValue(metadata);
        }

        if (fence.ActiveHours is { } hours) WriteHours(json, hours);
        if (fence.ExpiresAtMs is { } expiry)
            json.WriteString("expiresAt", DateTimeOffset.FromUnixTimeMilliseconds(expiry).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        WriteOptions(json, fence.Options);
    }

    private static void WriteOptions(Utf8JsonWriter json, FenceOptions o)
    {
        var d = FenceOptions.Default;
        if (o.Events != d.Events)
            WriteTexts(json, "events", [.. FenceOptionsReader.Kinds.Where((_, i) => ((int)o.Events >> i & 1) != 0)]);
        if (o.EnterFixes != d.EnterFixes || o.ExitFixes != d.ExitFixes)
        {
            json.WriteStartObject("confirmFixes");
            json.WriteNumber("enter", o.EnterFixes);
            json.WriteNumber("exit", o.ExitFixes);
            json.WriteEndObject();
        }

        WriteNumber(json, "dwellSeconds", o.DwellSeconds, d.DwellSeconds);
        WriteNumber(json, "confirmSeconds", o.ConfirmSeconds, d.ConfirmSeconds);
        WriteNumber(json, "exitBufferMeters", o.ExitBufferMeters, d.ExitBufferMeters);
        WriteNumber(json, "maxAccuracyMeters", o.MaxAccuracyMeters, d.MaxAccuracyMeters);
        WriteNumber(json, "accuracyCapMeters", o.AccuracyCapMeters, d.AccuracyCapMeters);
        WriteNumber(json, "maxSpeedMps", o.MaxSpeedMps, d.MaxSpeedMps);
        WriteNumber(json, "crossGapSeconds", o.CrossGapSeconds, d.CrossGapSeconds);
        WriteNumber(json, "cooldownSeconds", o.CooldownSeconds, d.CooldownSeconds);
        WriteNumber(json, "silenceSeconds", o.SilenceSeconds, d.SilenceSeconds);
        WriteFlag(json, "singleUse", o.SingleUse, d.SingleUse);
        WriteFlag(json, "emitInitial", o.EmitInitial, d.EmitInitial);
        WriteFlag(json, "exitOnSilence", o.ExitOnSilence, d.ExitOnSilence);
    }

    private static void WriteHours(Utf8JsonWriter json, ActiveHours hours)
    {
        json.WriteStartObject("activeHours");
        json.WriteString("zone", hours.Zone.Id);
        json.WriteStartArray("hours");
        foreach (var span in hours.Spans)
        {
            json.WriteStartObject();
            if (span.Days != 127) WriteTexts(json, "days", [.. ActiveHoursReader.Days.Where((_, i) => (span.Days >> i & 1) != 0)]);
            json.WriteString("from", Clock(span.FromMinute));
            json.WriteString("to", Clock(span.ToMinute));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value, double? otherwise)
    {
        if (value is { } number && value != otherwise) json.WriteNumber(name, number);
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool value, bool otherwise)
    {
        if (value != otherwise) json.WriteBoolean(name, value);
    }

    private static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
}
