using System.Text.Json;
using Cdp.Core.Audiences.State;
using Cdp.Core.Events;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences.Consent;

/// <summary>The newest statement on each purpose and channel of one part. Of two at the same time the denial wins. Not thread-safe.</summary>
public sealed class ConsentRegister
{
    /// <summary>Pairs of purpose and channel kept; statements on further pairs are not taken in.</summary>
    public const int MaxEntries = 100;

    private readonly NameMap<Entry> _entries = new();

    internal readonly record struct Entry(ConsentState State, Origin Origin, string? Proof)
    {
        /// <summary>Newer wins; at the same time a denial before taking back before a grant, then as between traits.</summary>
        public bool Beats(Entry other)
        {
            if (Origin.OrderMs != other.Origin.OrderMs) return Origin.OrderMs > other.Origin.OrderMs;
            if (State != other.State) return Strength(State) > Strength(other.State);
            return Origin != other.Origin ? Origin > other.Origin : string.CompareOrdinal(Proof, other.Proof) > 0;
        }

        private static int Strength(ConsentState state) => state switch { ConsentState.Denied => 2, ConsentState.Unset => 1, _ => 0 };
    }

    /// <summary>Pairs of purpose and channel that something was said of.</summary>
    public int Count => _entries.Count;

    internal IEnumerable<KeyValuePair<string, Entry>> Entries => _entries;

    /// <summary>Takes in what an event says of consent.</summary>
    /// <param name="e">The event.</param>
    /// <returns>True when the register has changed.</returns>
    public bool Fold(CustomerEvent e)
    {
        if (e.Type != EventType.Track || e.Name is not (ConsentEvents.Name or ConsentEvents.SegmentName)) return false;
        var changed = false;
        foreach (var record in ConsentEvents.Read(e))
            changed |= Take(Key(record.Purpose, record.Channel), new(record.State, new(e.OrderMs, e.Source.Priority, e.MessageId, e.Source.Name), record.Proof));
        return changed;
    }

    internal static string Key(string purpose, string? channel) => channel is null ? purpose : string.Concat(purpose, "/", channel);

    internal Entry? Find(string key) => _entries.TryGetValue(key, out var entry) ? entry : null;

    private bool Take(string key, Entry entry)
    {
        if (_entries.Count >= MaxEntries && !_entries.TryGetValue(key, out _)) return false;
        ref var kept = ref _entries.ValueRefOrAddDefault(StringPool.Shared.Intern(key), out var exists);
        if (exists && !entry.Beats(kept)) return false;
        kept = entry;
        return true;
    }

    /// <summary>Writes the register inside a snapshot: our own JSON, format version 1.</summary>
    /// <param name="json">Where a value is expected.</param>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("v", 1);
        json.WriteStartArray("c");
        foreach (var (key, (state, origin, proof)) in _entries)
        {
            json.WriteStringValue(key);
            json.WriteNumberValue((int)state);
            OriginText.Write(json, origin);
            json.WriteStringValue(proof);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="json">The object.</param>
    /// <returns>The register.</returns>
    /// <exception cref="FormatException">It is of a format version that this release does not know.</exception>
    public static ConsentRegister Read(JsonElement json)
    {
        if (json.GetProperty("v"u8).GetInt32() != 1) throw new FormatException("The consent of a snapshot is of a format version that this release does not know.");
        JsonElement[] items = [.. json.GetProperty("c"u8).EnumerateArray()];
        var register = new ConsentRegister();
        for (var i = 0; i + 6 < items.Length; i += 7)
            register.Take(items[i].GetString()!, new((ConsentState)items[i + 1].GetInt32(), OriginText.Read(items.AsSpan(i + 2, 4)), items[i + 6].GetString()));
        return register;
    }
}
