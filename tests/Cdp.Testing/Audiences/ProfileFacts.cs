using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.State;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Testing.Audiences;

/// <summary>The facts of a profile out of its parts: traits are looked up when they are asked for, and nothing is combined beforehand.</summary>
/// <param name="parts">The parts; at least one.</param>
/// <param name="windows">The windows of the same parts.</param>
/// <param name="identifiers">The identifiers that the profile holds.</param>
/// <param name="consent">Its consent.</param>
public sealed class ProfileFacts(
    IReadOnlyCollection<ProfilePart> parts, IReadOnlyList<WindowState> windows, IReadOnlyCollection<Identifier> identifiers, ConsentView consent) : IProfileFacts
{
    /// <inheritdoc/>
    public IReadOnlyList<WindowState> Windows => windows;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Trait(string name)
    {
        // As Combined does it: the latest register, and of equal ones that of the first stream.
        Register<byte[]?> best = default;
        CustomerId from = default;
        foreach (var part in parts)
        {
            if (!part.Traits.TryGetValue(name, out var register)) continue;
            var order = best.Origin is null ? 1 : register.Origin.CompareTo(best.Origin);
            if (order > 0 || (order == 0 && part.Stream < from)) (best, from) = (register, part.Stream);
        }

        return best.Value;
    }

    /// <inheritdoc/>
    public int CountIdentifiers(string type)
    {
        var count = 0;
        foreach (var identifier in identifiers) count += identifier.Type == type ? 1 : 0;
        return count;
    }

    /// <inheritdoc/>
    public ConsentState Consent(string purpose, string? channel) => consent.StateOf(purpose, channel);
}
