using System.Text.Json;

namespace Cdp.Benchmarks.Peers.Server;

/// <summary>An identifier: what it is and its value.</summary>
internal readonly record struct PeerKey(string Type, string Value);

/// <summary>One event of a batch.</summary>
/// <param name="MessageId">Its own id, or one that was made for it.</param>
/// <param name="Type">Its type, such as track.</param>
/// <param name="Name">What it is counted as: the event's name of a track, otherwise its type.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Keys">Whom it is about, strongest first; never empty.</param>
/// <param name="Traits">The traits of an identify, otherwise undefined.</param>
/// <param name="Body">The event as it came.</param>
internal sealed record PeerEvent(string MessageId, string Type, string Name, DateTime At, PeerKey[] Keys, JsonElement Traits, string Body)
{
    /// <summary>Reads an event; null when it is not one or is about nobody.</summary>
    public static PeerEvent? Parse(JsonElement json, DateTime now)
    {
        if (json.ValueKind != JsonValueKind.Object || Text(json, "type") is not { } type) return null;
        var traits = type == "identify" && json.TryGetProperty("traits", out var t) && t.ValueKind == JsonValueKind.Object ? t : default;
        var keys = new List<PeerKey>(3);
        if (Text(json, "userId") is { } user) keys.Add(new("user_id", user));
        if (traits.ValueKind == JsonValueKind.Object && Text(traits, "email") is { } email) keys.Add(new("email", email.Trim().ToLowerInvariant()));
        if (Text(json, "anonymousId") is { } anonymous) keys.Add(new("anonymous_id", anonymous));
        if (keys.Count == 0) return null;
        var at = json.TryGetProperty("timestamp", out var time) && time.ValueKind == JsonValueKind.String && time.TryGetDateTimeOffset(out var value)
            ? value.UtcDateTime
            : now;
        return new(
            Text(json, "messageId") ?? Guid.CreateVersion7().ToString(), type, Text(json, "event") ?? type, at, [.. keys], traits, json.GetRawText());
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
