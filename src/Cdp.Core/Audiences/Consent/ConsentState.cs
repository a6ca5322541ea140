namespace Cdp.Core.Audiences.Consent;

/// <summary>What a person has said to one purpose, perhaps on one channel.</summary>
public enum ConsentState
{
    /// <summary>Nothing, or taken back what was said.</summary>
    Unset,

    /// <summary>Yes.</summary>
    Granted,

    /// <summary>No.</summary>
    Denied,
}
