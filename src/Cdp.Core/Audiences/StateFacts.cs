using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.State;
using Cdp.Core.Profiles;

namespace Cdp.Core.Audiences;

/// <summary>The facts of a customer's state. Traits are as readers of the profile see them; they are combined when the first one is asked for.</summary>
/// <param name="state">The state, which must not change meanwhile.</param>
/// <param name="windows">The windows of all its parts.</param>
internal sealed class StateFacts(CustomerState state, IReadOnlyList<WindowState> windows) : IProfileFacts
{
    private readonly ConsentView _consent = state.Consent;
    private Combined? _combined;

    /// <summary>The state.</summary>
    public CustomerState State => state;

    public IReadOnlyList<WindowState> Windows => windows;

    public ReadOnlySpan<byte> Trait(string name) =>
        (_combined ??= Combined.Of(state.Parts)).Traits.TryGetValue(name, out var trait) ? trait.Register.Value : default(ReadOnlySpan<byte>);

    public int CountIdentifiers(string type)
    {
        var count = 0;
        foreach (var identifier in state.Links.Keys) count += identifier.Type == type ? 1 : 0;
        return count;
    }

    public ConsentState Consent(string purpose, string? channel) => _consent.StateOf(purpose, channel);
}
