namespace Cdp.Core.Events;

/// <summary>The names of the calls in the Segment spec.</summary>
internal static class EventTypes
{
    private static readonly string[] Names = ["", "identify", "track", "page", "screen", "group", "alias"];

    public static string NameOf(EventType type) => Names[(int)type];

    public static EventType? Parse(string? name)
    {
        var at = Array.FindIndex(Names, 1, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
        return at < 0 ? null : (EventType)at;
    }
}
