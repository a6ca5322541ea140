namespace Cdp.Core.Events;

/// <summary>The limits of one event (design.md section 7). They are part of the HTTP contract.</summary>
public static class EventLimits
{
    /// <summary>Bytes of one event's JSON as received.</summary>
    public const int MaxEventBytes = 32_768;

    /// <summary>Nesting of objects and arrays, the event itself being 1.</summary>
    public const int MaxDepth = 64;

    /// <summary>Members of the traits object.</summary>
    public const int MaxTraits = 300;

    /// <summary>Characters of an identifier's value.</summary>
    public const int MaxIdentifierChars = 512;

    /// <summary>Characters of a message id.</summary>
    public const int MaxMessageIdChars = 256;

    /// <summary>Characters of an event's name; a longer one is rejected.</summary>
    public const int MaxNameChars = 512;

    /// <summary>The earliest event time: 1970-01-01T00:00:00Z, in Unix milliseconds.</summary>
    public const long MinTimeMs = 0;

    /// <summary>How far ahead of the arrival an event's corrected time may lie.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromHours(24);
}
