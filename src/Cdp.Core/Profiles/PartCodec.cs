using System.Runtime.InteropServices;
using System.Text.Json;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

/// <summary>One part inside a snapshot. Origins and anchors repeat, so each is written once and named by its place.</summary>
internal static class PartCodec
{
    public static void Write(Utf8JsonWriter json, ProfilePart part)
    {
        var origins = new Table<Origin>();
        json.WriteStartObject();
        json.WriteString("s", part.Stream.Value);
        json.WriteNumber("f", part.Folded);
        json.WriteNumber("n", part.EventCount);
        if (part.IsIdentified) json.WriteBoolean("idf", true);
        if (part.Yields.Count > 0)
        {
            json.WriteStartObject("y");
            foreach (var (to, untilMs) in part.Yields.OrderBy(y => y.Key)) json.WriteNumber(to.ToString(), untilMs);
            json.WriteEndObject();
        }

        if (part.EventCount > 0)
        {
            json.WriteNumber("a", part.FirstSeenMs);
            json.WriteNumber("z", part.LastSeenMs);
        }

        json.WriteStartObject("ev");
        foreach (var (name, count) in part.Events) json.WriteNumber(name, count);
        json.WriteEndObject();
        json.WriteStartArray("t");
        foreach (var (name, register) in part.Traits)
        {
            json.WriteStringValue(name);
            json.WriteNumberValue(origins.Add(register.Origin));
            json.WriteRawValue(register.Value ?? "null"u8.ToArray(), skipInputValidation: true);
        }

        json.WriteEndArray();
        if (part.Aggregates is { } aggregates) AggregateCodec.Write(json, aggregates, origins.Add);
        WriteRegister(json, "ft", part.FirstTouch, origins, WriteTouch);
        WriteRegister(json, "lt", part.LastTouch, origins, WriteTouch);
        WriteRegister(json, "lp", part.LastPage, origins, WritePage);
        WriteSet(json, "dev", part.Devices, d => WriteTexts(json, d.Key, d.Type, d.Manufacturer, d.Model, d.Os, d.UserAgent));
        WriteSet(json, "ip", part.Ips, json.WriteStringValue);
        WriteSeen(json, part.Seen.Entries);
        if (part.Consent is { Count: > 0 } consent)
        {
            json.WritePropertyName("con");
            consent.Write(json);
        }

        json.WriteStartArray("o");
        foreach (var origin in origins.Values)
        {
            json.WriteStartArray();
            json.WriteNumberValue(origin.OrderMs);
            json.WriteNumberValue(origin.Priority);
            json.WriteStringValue(origin.MessageId);
            json.WriteStringValue(origin.Source);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static ProfilePart Read(JsonElement json)
    {
        Origin[] origins = [.. json.GetProperty("o"u8).EnumerateArray().Select(o =>
            new Origin(o[0].GetInt64(), o[1].GetInt32(), o[2].GetString()!, StringPool.Shared.Intern(o[3].GetString()!)))];
        var part = new ProfilePart(new(json.GetProperty("s"u8).GetGuid()))
        {
            Folded = json.GetProperty("f"u8).GetInt64(),
            EventCount = json.GetProperty("n"u8).GetInt64(),
            IsIdentified = json.TryGetProperty("idf"u8, out _),
        };
        if (part.EventCount > 0)
        {
            part.FirstSeenMs = json.GetProperty("a"u8).GetInt64();
            part.LastSeenMs = json.GetProperty("z"u8).GetInt64();
        }

        if (json.TryGetProperty("y"u8, out var yields))
        {
            foreach (var to in yields.EnumerateObject()) part.Yield(new(Guid.Parse(to.Name)), to.Value.GetInt64());
        }

        foreach (var name in json.GetProperty("ev"u8).EnumerateObject()) part.Events.ValueRefOrAddDefault(StringPool.Shared.Intern(name.Name), out _) = name.Value.GetInt64();
        var traits = json.GetProperty("t"u8).EnumerateArray();
        while (traits.MoveNext())
        {
            var name = StringPool.Shared.Intern(traits.Current.GetString()!);
            traits.MoveNext();
            var origin = origins[traits.Current.GetInt32()];
            traits.MoveNext();
            var value = traits.Current.ValueKind == JsonValueKind.Null ? null : JsonMarshal.GetRawUtf8Value(traits.Current).ToArray();
            part.Traits.ValueRefOrAddDefault(name, out _) = new(value, origin);
        }

        part.Aggregates = AggregateCodec.Read(json, origins);
        part.FirstTouch = ReadRegister(json, "ft", origins, ReadTouch);
        part.LastTouch = ReadRegister(json, "lt", origins, ReadTouch);
        part.LastPage = ReadRegister(json, "lp", origins, p => new PageView(T(p, 0), T(p, 1), T(p, 2), T(p, 3), T(p, 4)));
        part.Devices = ReadSet(
            json, "dev", ProfilePart.MaxDevices, d => new DeviceInfo(T(d, 0)!, T(d, 1), T(d, 2), T(d, 3), T(d, 4), T(d, 5)));
        part.Ips = ReadSet(json, "ip", ProfilePart.MaxIps, i => i.GetString()!);
        ReadSeen(json, part.Seen);
        if (json.TryGetProperty("con"u8, out var consent)) part.Consent = ConsentRegister.Read(consent);
        return part;
    }

    private static void WriteSeen(Utf8JsonWriter json, IReadOnlyCollection<MessageWindow.Entry> entries)
    {
        if (entries.Count == 0) return;
        var anchors = new Table<Identifier>();
        RecordCodec.WriteSeen(json, "seen", entries);
        json.WriteStartArray("by");
        foreach (var entry in entries) json.WriteNumberValue(anchors.Add(entry.Anchor));
        json.WriteEndArray();
        json.WriteStartArray("an");
        foreach (var anchor in anchors.Values) RecordCodec.WriteIdentifier(json, anchor);
        json.WriteEndArray();
    }

    private static void ReadSeen(JsonElement json, MessageWindow window)
    {
        if (!json.TryGetProperty("seen"u8, out var seen)) return;
        Identifier[] anchors = [.. json.GetProperty("an"u8).EnumerateArray().Select(RecordCodec.ReadIdentifier)];
        int[] by = [.. json.GetProperty("by"u8).EnumerateArray().Select(b => b.GetInt32())];
        foreach (var entry in RecordCodec.ReadSeen(seen.GetBytesFromBase64(), i => anchors[by[i]])) window.Restore(entry);
    }

    private static void WriteRegister<T>(
        Utf8JsonWriter json, string name, Register<T>? register, Table<Origin> origins, Action<Utf8JsonWriter, T> value)
    {
        if (register is not { } held) return;
        json.WriteStartArray(name);
        json.WriteNumberValue(origins.Add(held.Origin));
        value(json, held.Value);
        json.WriteEndArray();
    }

    private static Register<T>? ReadRegister<T>(JsonElement json, string name, Origin[] origins, Func<JsonElement, T> value) =>
        json.TryGetProperty(name, out var pair) ? new Register<T>(value(pair[1]), origins[pair[0].GetInt32()]) : null;

    private static void WriteSet<T>(Utf8JsonWriter json, string name, LatestSet<T>? set, Action<T> value) where T : notnull
    {
        if (set is null) return;
        json.WriteStartArray(name);
        foreach (var entry in set.Entries)
        {
            json.WriteStartArray();
            json.WriteNumberValue(entry.LastSeenMs);
            value(entry.Value);
            json.WriteStringValue(entry.Key);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static LatestSet<T>? ReadSet<T>(JsonElement json, string name, int capacity, Func<JsonElement, T> value) where T : notnull
    {
        if (!json.TryGetProperty(name, out var entries)) return null;
        var set = new LatestSet<T>(capacity);
        foreach (var entry in entries.EnumerateArray()) set.Add(entry[2].GetString()!, entry[0].GetInt64(), value(entry[1]));
        return set;
    }

    private static void WriteTouch(Utf8JsonWriter json, Touch t) =>
        WriteTexts(json, t.Source, t.Medium, t.Campaign, t.Term, t.Content, t.ClickId, t.Referrer, t.Url);

    private static Touch ReadTouch(JsonElement t) => new(T(t, 0), T(t, 1), T(t, 2), T(t, 3), T(t, 4), T(t, 5), T(t, 6), T(t, 7));

    private static void WritePage(Utf8JsonWriter json, PageView p) => WriteTexts(json, p.Url, p.Path, p.Title, p.Referrer, p.Name);

    private static void WriteTexts(Utf8JsonWriter json, params ReadOnlySpan<string?> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string? T(JsonElement texts, int index) => texts[index].GetString();

    /// <summary>Values by the place of their first appearance.</summary>
    private sealed class Table<T> where T : notnull
    {
        private readonly Dictionary<T, int> _places = [];

        public List<T> Values { get; } = [];

        public int Add(T value)
        {
            if (_places.TryGetValue(value, out var place)) return place;
            _places.Add(value, Values.Count);
            Values.Add(value);
            return Values.Count - 1;
        }
    }
}
