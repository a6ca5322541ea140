namespace Cdp.Core.Identity;

/// <summary>Whether a type names a person or a device.</summary>
public enum IdentifierClass
{
    /// <summary>A person: makes a profile <c>identified</c>.</summary>
    Person,

    /// <summary>A device or browser.</summary>
    Device,
}

/// <summary>What happens to an identifier that another customer owns when the two must not merge.</summary>
public enum ConflictRule
{
    /// <summary>It stays with its owner.</summary>
    Keep,

    /// <summary>From now on it belongs to the event's customer; its past stays.</summary>
    Move,

    /// <summary>It goes to a third profile of its own, which never merges and which both customers list.</summary>
    Share,
}

/// <summary>When an identifier may join two customers.</summary>
public enum BridgeRule
{
    /// <summary>Whenever the limits allow it.</summary>
    Always,

    /// <summary>Not when both sides hold a value of the same person type: those are different values, since one customer owns each.</summary>
    UnlessPersonsDiffer,
}

/// <summary>What happens when a profile has as many values of a type as it may.</summary>
public enum LimitRule
{
    /// <summary>The new one is left out.</summary>
    Refuse,

    /// <summary>The one that was linked first makes room, unless the event carries it.</summary>
    EvictOldest,
}

/// <summary>The one form in which values of a type are compared and stored. All are trimmed first.</summary>
public enum Normalizer
{
    /// <summary>As it is, case included.</summary>
    None,

    /// <summary>Lower case and NFC: a type without regard to case.</summary>
    Lower,

    /// <summary>An e-mail address: lower case and NFC; what does not look like one is left out.</summary>
    Email,

    /// <summary>A phone number in E.164; what is none, or has no known country, is left out.</summary>
    Phone,
}

/// <summary>At most so many new values in a time.</summary>
/// <param name="Max">At most so many values, at least 1.</param>
/// <param name="Span">The time before the event, by the event times of the links.</param>
public sealed record WindowLimit(int Max, TimeSpan Span);

/// <summary>One identifier type of a workspace.</summary>
/// <param name="Name">The type's name, as in <c>name:value</c>.</param>
/// <param name="Class">Person or device.</param>
/// <param name="Priority">1 is the strongest.</param>
/// <param name="MaxPerProfile">At most so many values per profile.</param>
/// <param name="OnConflict">The rule for an untrusted source.</param>
/// <param name="OnConflictTrusted">The rule for a trusted source.</param>
public sealed record IdentifierType(
    string Name, IdentifierClass Class, int Priority, int MaxPerProfile, ConflictRule OnConflict, ConflictRule OnConflictTrusted)
{
    /// <summary>False when values of this type are no identifiers: they are left out with a reason, and a trait stays a trait.</summary>
    /// <value>Default true.</value>
    public bool IsUsed { get; init; } = true;

    /// <summary>The type as which values are stored and compared, so that several types are one namespace. Its own priority still ranks an event's values.</summary>
    /// <value>Default null: a namespace of its own.</value>
    public string? Namespace { get; init; }

    /// <summary>The form in which values are compared.</summary>
    public Normalizer Normalizer { get; init; }

    /// <summary>When it may join two customers.</summary>
    public BridgeRule Bridge { get; init; }

    /// <summary>True when it merges, moves and shares nothing in an event of an untrusted key.</summary>
    public bool RequireTrusted { get; init; }

    /// <summary>What happens at <see cref="MaxPerProfile"/>.</summary>
    public LimitRule OnLimit { get; init; }

    /// <summary>A limit over time; null for none.</summary>
    public WindowLimit? Window { get; init; }

    /// <summary>Not seen for so long before an event, by event time, it is free; null for never.</summary>
    public TimeSpan? Ttl { get; init; }
}
