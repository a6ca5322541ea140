namespace Cdp.Core.Events;

/// <summary>The six calls of the Segment spec. The numbers are stored: they are never changed or reused.</summary>
public enum EventType : byte
{
#pragma warning disable CS1591 // The spec's own names.
    Identify = 1,
    Track = 2,
    Page = 3,
    Screen = 4,
    Group = 5,
    Alias = 6,
#pragma warning restore CS1591
}
