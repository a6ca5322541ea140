using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Cdp.Core.Profiles;

namespace Cdp.Core.Traits;

/// <summary>
/// The rules that judged the traits of one event or API write: recorded with it in the journal, and carried with it between silos. Whoever folds it, now, in a
/// replay, or after a split, folds it by these and not by the rules of the day.
/// </summary>
/// <remarks>Journal form: an object of <c>name: [resolve, ignoreEmpty 0|1, source…]</c>.</remarks>
public sealed class WrittenRules
{
    internal WrittenRules(IReadOnlyDictionary<string, TraitRule> byName) => ByName = byName;

    /// <summary>No trait of the write has a rule.</summary>
    public static WrittenRules None { get; } = new(FrozenDictionary<string, TraitRule>.Empty);

    /// <summary>The rules by the names of the traits.</summary>
    public IReadOnlyDictionary<string, TraitRule> ByName { get; }

    internal bool IsEmpty => ByName.Count == 0;

    /// <summary>The rule that judged a trait.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The rule; null for the latest value.</returns>
    public TraitRule? For(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Reads the journal form.</summary>
    /// <param name="json">UTF-8 JSON, or empty.</param>
    /// <returns>The rules.</returns>
    /// <exception cref="FormatException">It names a rule that this release does not know.</exception>
    public static WrittenRules Read(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty) return None;
        using var document = JsonDocument.Parse(json);
        return Read(document.RootElement);
    }

    /// <summary>Writes the journal form.</summary>
    /// <returns>UTF-8 JSON; empty when there is no rule.</returns>
    public byte[] ToJson()
    {
        if (IsEmpty) return [];
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer)) Write(json);
        return buffer.WrittenSpan.ToArray();
    }

    internal static WrittenRules Read(JsonElement json)
    {
        var byName = new Dictionary<string, TraitRule>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject()) byName[StringPool.Shared.Intern(member.Name)] = ReadRule(member.Value);
        return new WrittenRules(byName);
    }

    internal static TraitRule ReadRule(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() < 2) throw new FormatException("A rule of a trait is not written as one.");
        return new(TraitResolveNames.Parse(json[0].GetString()), json[1].GetInt32() != 0)
        {
            Sources = json.GetArrayLength() == 2 ? [] : [.. json.EnumerateArray().Skip(2).Select(s => StringPool.Shared.Intern(s.GetString()!))],
        };
    }

    internal static void WriteRule(Utf8JsonWriter json, TraitRule rule)
    {
        json.WriteStartArray();
        json.WriteStringValue(TraitResolveNames.NameOf(rule.Resolve));
        json.WriteNumberValue(rule.IgnoreEmpty ? 1 : 0);
        foreach (var source in rule.Sources) json.WriteStringValue(source);
        json.WriteEndArray();
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, rule) in ByName.OrderBy(static r => r.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(name);
            WriteRule(json, rule);
        }

        json.WriteEndObject();
    }
}
