using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Cdp.Core.Profiles;

namespace Cdp.Core.Activation.State;

/// <summary>An <see cref="ActivationState"/> inside a snapshot: our own JSON, format version 1.</summary>
public static class ActivationCodec
{
    private const int Version = 1;

    /// <summary>Writes a state as one object.</summary>
    /// <param name="json">Where a value is expected.</param>
    /// <param name="state">The state.</param>
    public static void Write(Utf8JsonWriter json, ActivationState state)
    {
        json.WriteStartObject();
        json.WriteNumber("v", Version);
        json.WriteStartArray("p");
        foreach (var part in state.Parts)
        {
            json.WriteStartArray();
            json.WriteStringValue(part.Stream.Value);
            json.WriteNumberValue(part.Count);
            json.WriteBase64StringValue(Bytes(part.Recent));
            json.WriteStartArray();
            foreach (var send in part.Sends) Write(json, send);
            json.WriteEndArray();
            json.WriteEndArray();
        }

        json.WriteEndArray();
        WriteCrossings(json, state.Crossings);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write(Utf8JsonWriter, ActivationState)"/> wrote.</summary>
    /// <param name="json">The object.</param>
    /// <returns>The state.</returns>
    /// <exception cref="FormatException">It is of a format version that this release does not know.</exception>
    public static ActivationState Read(JsonElement json)
    {
        if (json.GetProperty("v"u8).GetInt32() != Version) throw new FormatException("The triggers of a snapshot are of a format version that this release does not know.");
        return new(
            [.. json.GetProperty("p"u8).EnumerateArray().Select(p => new ActivationPart(
                new(p[0].GetGuid()), p[1].GetInt64(), Keys(p[2].GetBytesFromBase64()), [.. p[3].EnumerateArray().Select(ReadSend)]))],
            ReadCrossings(json));
    }

    internal static void Write(Utf8JsonWriter json, Send send)
    {
        json.WriteStartArray();
        json.WriteStringValue(send.Key.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteNumberValue(send.AtMs);
        json.WriteNumberValue(send.KeepUntilMs);
        json.WriteStringValue(send.Trigger);
        json.WriteStringValue(send.Channel);
        json.WriteStringValue(send.Message);
        json.WriteEndArray();
    }

    internal static Send ReadSend(JsonElement json) => new(
        ulong.Parse(json[0].GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        json[1].GetInt64(),
        json[2].GetInt64(),
        StringPool.Shared.Intern(json[3].GetString()!),
        json[4].GetString() is { } channel ? StringPool.Shared.Intern(channel) : null,
        json[5].GetString() is { } message ? StringPool.Shared.Intern(message) : null);

    internal static void WriteCrossings(Utf8JsonWriter json, IReadOnlyDictionary<string, bool> crossings)
    {
        if (crossings.Count == 0) return;
        json.WriteStartObject("x");
        foreach (var (name, isBeyond) in crossings.OrderBy(c => c.Key, StringComparer.Ordinal)) json.WriteBoolean(name, isBeyond);
        json.WriteEndObject();
    }

    internal static IReadOnlyDictionary<string, bool> ReadCrossings(JsonElement json) => json.TryGetProperty("x"u8, out var crossings)
        ? crossings.EnumerateObject().ToDictionary(c => StringPool.Shared.Intern(c.Name), c => c.Value.GetBoolean(), StringComparer.Ordinal)
        : new Dictionary<string, bool>();

    private static byte[] Bytes(ulong[] keys)
    {
        var bytes = new byte[keys.Length * sizeof(ulong)];
        for (var i = 0; i < keys.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), keys[i]);
        return bytes;
    }

    private static ulong[] Keys(byte[] bytes)
    {
        var keys = new ulong[bytes.Length / sizeof(ulong)];
        for (var i = 0; i < keys.Length; i++) keys[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)));
        return keys;
    }
}
