using System.Globalization;
using System.Text.Json;

namespace Cdp.Core.Audiences.State;

/// <summary>A <see cref="WindowState"/> inside a snapshot: our own JSON, format version 1. Equal states give equal bytes.</summary>
public static class WindowCodec
{
    private const int Version = 1;

    /// <summary>Writes it as one object.</summary>
    /// <param name="json">Where a value is expected.</param>
    /// <param name="state">The state.</param>
    public static void Write(Utf8JsonWriter json, WindowState state)
    {
        json.WriteStartObject();
        json.WriteNumber("v", Version);
        json.WriteString("p", Hex(state.PlanId));
        if (state.LastMs != long.MinValue) json.WriteNumber("z", state.LastMs);
        json.WriteStartArray("a");
        for (var i = 0; i < state.Count; i++)
        {
            json.WriteStartArray();
            json.WriteStringValue(Hex(state.Keys[i]));
            json.WriteStringValue(state.StateAt(i).Kind);
            state.StateAt(i).Write(json);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="json">The object.</param>
    /// <returns>The state.</returns>
    /// <exception cref="FormatException">It is of a format version or kind that this release does not know.</exception>
    public static WindowState Read(JsonElement json)
    {
        if (json.GetProperty("v"u8).GetInt32() != Version) throw new FormatException("The windows of a snapshot are of a format version that this release does not know.");
        var state = new WindowState { PlanId = Key(json.GetProperty("p"u8)) };
        if (json.TryGetProperty("z"u8, out var last)) state.LastMs = last.GetInt64();
        foreach (var entry in json.GetProperty("a"u8).EnumerateArray())
        {
            JsonElement[] items = [.. entry.EnumerateArray().Skip(2)];
            state.Add(Key(entry[0]), entry[1].GetString() switch
            {
                "times" => TimesState.Read(items),
                "tally" => TallyState.Read(items),
                "values" => ValueListState.Read(items),
                "register" => RegisterState.Read(items),
                "position" => PositionState.Read(items),
                "sequence" => SequenceState.Read(items),
                _ => throw new FormatException("The windows of a snapshot hold a kind that this release does not know."),
            });
        }

        return state;
    }

    private static string Hex(ulong key) => key.ToString("x16", CultureInfo.InvariantCulture);

    private static ulong Key(JsonElement hex) => ulong.Parse(hex.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
