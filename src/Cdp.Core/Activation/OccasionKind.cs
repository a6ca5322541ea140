namespace Cdp.Core.Activation;

/// <summary>What a trigger can wait for. The numbers are stored: they are never changed or reused.</summary>
public enum OccasionKind
{
    /// <summary>An event.</summary>
    Event = 1,

    /// <summary>An entry into an audience or an exit out of one.</summary>
    Audience = 2,

    /// <summary>A fence was entered, left, stayed in or crossed.</summary>
    Fence = 3,

    /// <summary>A computed trait crossed a value.</summary>
    Computed = 4,
}
