using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.State;

namespace Cdp.Core.Audiences;

/// <summary>What rules read of a profile, as of one version of it.</summary>
public interface IProfileFacts
{
    /// <summary>The windows of all parts; at least one. The order makes no difference.</summary>
    IReadOnlyList<WindowState> Windows { get; }

    /// <summary>A trait as readers of the profile see it.</summary>
    /// <param name="name">The trait's name.</param>
    /// <returns>UTF-8 JSON; empty when there is none.</returns>
    ReadOnlySpan<byte> Trait(string name);

    /// <summary>How many identifiers of a type the profile holds.</summary>
    /// <param name="type">The type's name.</param>
    /// <returns>The count.</returns>
    int CountIdentifiers(string type);

    /// <summary>The consent in force.</summary>
    /// <param name="purpose">The purpose.</param>
    /// <param name="channel">The channel; null for the purpose as a whole.</param>
    /// <returns>The state.</returns>
    ConsentState Consent(string purpose, string? channel);
}
