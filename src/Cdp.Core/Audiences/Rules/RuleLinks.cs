using Cdp.Core.Audiences.Computed;

namespace Cdp.Core.Audiences.Rules;

/// <summary>What the definitions of a workspace are called by.</summary>
internal sealed class RuleLinks(IReadOnlyDictionary<string, ComputedTrait> computed, IReadOnlyDictionary<string, int> audiences)
{
    public ComputedTrait? Computed(string id) => computed.GetValueOrDefault(id);

    public int? Audience(string id) => audiences.TryGetValue(id, out var at) ? at : null;
}
