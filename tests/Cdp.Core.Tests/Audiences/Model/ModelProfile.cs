using System.Text.Json;
using Cdp.Core.Audiences.Consent;

namespace Cdp.Core.Tests.Audiences.Model;

/// <summary>A profile as the model sees it: all its events, and answers made anew from them for each question.</summary>
internal sealed class ModelProfile(
    IReadOnlyList<RawEvent> events, IReadOnlyDictionary<string, int> identifiers, IReadOnlyDictionary<string, JsonElement> computed, IReadOnlyDictionary<string, JsonElement> audiences)
{
    public IReadOnlyList<RawEvent> Events => events;

    public IReadOnlyDictionary<string, int> Identifiers => identifiers;

    public JsonElement Computed(string id) => computed[id];

    public JsonElement Audience(string id) => audiences[id];

    public long LastMs => events.Count == 0 ? long.MinValue : events.Max(e => e.OrderMs);

    /// <summary>The last write of a trait, in the order of time, priority and message id.</summary>
    public JsonElement? Trait(string name)
    {
        var writes = events.Where(e => e.Call == "identify" && e.PropertiesJson.TryGetProperty(name, out _))
            .OrderBy(e => e.OrderMs).ThenBy(e => e.Priority).ThenBy(e => e.MessageId, StringComparer.Ordinal).ToArray();
        return writes.Length == 0 ? null : ModelValues.At(writes[^1].PropertiesJson, name);
    }

    public IEnumerable<RawEvent> Matching(JsonElement selector) => events.Where(e => Matches(selector, e));

    /// <summary>Consent without merges between parts: the newest counts, and a denial before a grant of the same time.</summary>
    public ConsentState Consent(string purpose, string? channel)
    {
        var said = events.Where(e => e.Name == "Consent Updated" && Text(e, "purpose") == purpose && (Text(e, "channel") is null || Text(e, "channel") == channel))
            .OrderBy(e => e.OrderMs).ThenBy(e => Text(e, "state") switch { "granted" => 0, "unset" => 1, _ => 2 }).ToArray();
        return said.Length == 0 ? ConsentState.Unset : Enum.Parse<ConsentState>(Text(said[^1], "state")!, ignoreCase: true);
    }

    private static string? Text(RawEvent e, string name) => e.PropertiesJson.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool Matches(JsonElement selector, RawEvent e)
    {
        var name = selector.GetProperty("event").GetString();
        if (name != "*" && name != e.Name) return false;
        if (selector.TryGetProperty("call", out var call) && call.GetString() != e.Call) return false;
        if (selector.TryGetProperty("from", out var from) && e.OrderMs < from.GetDateTimeOffset().ToUnixTimeMilliseconds()) return false;
        if (selector.TryGetProperty("to", out var to) && e.OrderMs >= to.GetDateTimeOffset().ToUnixTimeMilliseconds()) return false;
        return !selector.TryGetProperty("where", out var where) || where.EnumerateArray().All(c => ModelValues.Holds(c, Field(c, e), 0));
    }

    public static JsonElement? Field(JsonElement holder, RawEvent e) => holder.TryGetProperty("context", out var context)
        ? ModelValues.At(e.ContextJson, context.GetString()!)
        : e.Call == "identify" ? null : ModelValues.At(e.PropertiesJson, holder.GetProperty("property").GetString()!);
}
