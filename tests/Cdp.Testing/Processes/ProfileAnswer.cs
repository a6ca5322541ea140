using System.Text.Json;

namespace Cdp.Testing.Processes;

/// <summary>What the tests look at in a profile.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Identifiers">Its identifiers as references.</param>
/// <param name="EventCount">Its counter.</param>
/// <param name="Events">Its counters by name.</param>
public sealed record ProfileAnswer(string Id, long Version, IReadOnlyList<string> Identifiers, long EventCount, IReadOnlyDictionary<string, long> Events)
{
    /// <summary>Reads it.</summary>
    /// <param name="json">As answered.</param>
    /// <returns>The profile.</returns>
    public static ProfileAnswer Read(JsonElement json)
    {
        var computed = json.GetProperty("computed");
        return new ProfileAnswer(
            json.GetProperty("id").GetString()!,
            json.GetProperty("version").GetInt64(),
            [.. json.GetProperty("identifiers").EnumerateArray().Select(i => $"{i.GetProperty("type").GetString()}:{i.GetProperty("value").GetString()}")],
            computed.GetProperty("eventCount").GetInt64(),
            computed.GetProperty("events").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetInt64()));
    }
}
