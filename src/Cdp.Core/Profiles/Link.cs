using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Profiles;

/// <summary>An identifier as its owner knows it.</summary>
public sealed class Link
{
    /// <summary>The identifier.</summary>
    public required Identifier Identifier { get; init; }

    /// <summary>The part that events coming in by it fold into.</summary>
    public required CustomerId Part { get; init; }

    /// <summary>Unix milliseconds, event time of the link.</summary>
    public required long LinkedAtMs { get; init; }

    /// <summary>Unix milliseconds, event time of the latest event that carried it.</summary>
    public required long LastSeenMs { get; set; }

    /// <summary>The source that linked it.</summary>
    public required string Source { get; init; }

    /// <summary>What set the owner in the store: the expected value of the next change.</summary>
    public required Epoch Epoch { get; set; }

    /// <summary>Unix milliseconds of an erasure that it was part of: events timed at or before it stay out. Null when there was none.</summary>
    public long? NotBeforeMs { get; init; }
}
