namespace Cdp.Core.Events;

/// <summary>The canonical body of an event in the journal: our own JSON, format version 1.</summary>
public static class EventBody
{
    /// <summary>Reads a body that the journal kept.</summary>
    /// <param name="body">UTF-8 JSON; the event keeps slices of it.</param>
    /// <returns>The event as it was accepted.</returns>
    /// <exception cref="FormatException">It is not a body of a known format version.</exception>
    public static CustomerEvent Read(ReadOnlyMemory<byte> body) => throw new InvalidOperationException();
}
