using System.Text.Json;

namespace Cdp.Core.Events;

/// <summary>Reads one event of a request: checks the limits, corrects the time, takes out the identifiers and makes the canonical body.</summary>
public static class EventParser
{
    /// <summary>Reads one event. Never throws for what the event contains.</summary>
    /// <param name="element">The event; its document may have been parsed without a depth limit and is not kept.</param>
    /// <param name="context">What the request says.</param>
    /// <returns>The event, or the reason why it is none.</returns>
    public static ParsedEvent Parse(JsonElement element, ParseContext context) => throw new InvalidOperationException();
}
