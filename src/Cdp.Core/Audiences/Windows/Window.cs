using System.Globalization;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Audiences.Windows;

/// <summary>
/// How long an occurrence counts. Every window is a function from the time of an occurrence to the first millisecond at which it no longer counts, which
/// never falls when the time rises: so the newest occurrence is the last to go, and the answer's next change is known in advance.
/// </summary>
internal abstract class Window
{
    /// <summary>A text that is equal for equal windows.</summary>
    public abstract string Canonical { get; }

    /// <summary>The first moment at which an occurrence no longer counts.</summary>
    /// <param name="timeMs">Unix milliseconds of the occurrence.</param>
    /// <returns>Unix milliseconds; <see cref="long.MaxValue"/> for never.</returns>
    public abstract long ExpiryMs(long timeMs);

    /// <summary>Reads <c>within</c>: a length such as <c>30d</c>, or <c>{"calendar":"month","count":3,"zone":"Europe/Oslo"}</c>.</summary>
    /// <returns>The window; null and noted when it is none.</returns>
    public static Window? Read(Node node)
    {
        if (node.Element.ValueKind == System.Text.Json.JsonValueKind.Object) return CalendarWindow.Read(node);
        return Durations.Read(node, DefinitionLimits.MinWindow, DefinitionLimits.MaxWindow) is { } length ? new RollingWindow(length) : null;
    }
}

/// <summary>Everything counts for ever.</summary>
internal sealed class AllTime : Window
{
    public static AllTime Instance { get; } = new();

    public override string Canonical => "ever";

    public override long ExpiryMs(long timeMs) => long.MaxValue;
}

/// <summary>An occurrence counts for exactly so long; a day is 24 hours, whatever the clocks of a country do.</summary>
internal sealed class RollingWindow(long lengthMs) : Window
{
    public override string Canonical { get; } = string.Create(CultureInfo.InvariantCulture, $"{lengthMs}ms");

    public override long ExpiryMs(long timeMs) => timeMs + lengthMs;
}
