using Cdp.Core.Events;

namespace Cdp.Api.Ingest;

/// <summary>The spec's names of the six calls.</summary>
internal static class EventTypeNames
{
    private static readonly string[] s_names = ["", "identify", "track", "page", "screen", "group", "alias"];

    public static string Name(EventType type) => s_names[(int)type];

    /// <summary>The type that an event names, null when it is none of the six: what else stands there is not ours to show.</summary>
    public static EventType? Of(ReadOnlySpan<byte> json)
    {
        var index = Array.IndexOf(s_names, Members.Text(json, "type"u8)?.ToLowerInvariant(), 1);
        return index < 1 ? null : (EventType)index;
    }
}
