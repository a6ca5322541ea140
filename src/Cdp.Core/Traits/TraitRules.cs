using System.Collections.Frozen;
using System.Text;
using Cdp.Core.Events.Json;
using Cdp.Core.Identity;

namespace Cdp.Core.Traits;

/// <summary>The rules of a workspace's traits, by name. Immutable.</summary>
public sealed class TraitRules
{
    private readonly FrozenDictionary<string, TraitRule> _byName;
    private readonly TraitRule? _others;

    /// <summary>Makes the rules.</summary>
    /// <param name="byName">Rules of single traits.</param>
    /// <param name="others">The rule of all other traits; null for the latest value.</param>
    public TraitRules(IReadOnlyDictionary<string, TraitRule> byName, TraitRule? others = null)
    {
        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
        _others = others is { IsPlain: true } ? null : others;
    }

    /// <summary>No rules: the latest value of every trait.</summary>
    public static TraitRules None { get; } = new(FrozenDictionary<string, TraitRule>.Empty);

    /// <summary>The rules by name, without the one of all others.</summary>
    public IReadOnlyDictionary<string, TraitRule> ByName => _byName;

    /// <summary>The rule of all traits that have none of their own; null for the latest value.</summary>
    public TraitRule? Others => _others;

    internal bool IsEmpty => _byName.Count == 0 && _others is null;

    /// <summary>The rule of a trait.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The rule; null for the latest value.</returns>
    public TraitRule? For(string name) => _byName.TryGetValue(name, out var own) ? own.IsPlain ? null : own : _others;

    /// <summary>The rules that judge one write. They are recorded with it, so that later rules do not judge it again.</summary>
    /// <param name="traits">The traits written, a JSON object (UTF-8) or empty.</param>
    /// <param name="unusable">Told why a value is left out: it is no number, and the rule adds numbers. Null for nobody.</param>
    /// <returns>The rules of those traits that have one.</returns>
    public WrittenRules Of(ReadOnlySpan<byte> traits, Action<Reason>? unusable = null)
    {
        if (traits.IsEmpty || IsEmpty) return WrittenRules.None;
        Dictionary<string, TraitRule>? found = null;
        var members = new JsonMembers(traits);
        while (members.Next())
        {
            var name = Encoding.UTF8.GetString(members.Name);
            if (For(name) is not { } rule) continue;
            (found ??= new(StringComparer.Ordinal))[name] = rule;
            if (unusable is not null && rule.Resolve == TraitResolve.Sum && !IsSummable(traits, members.Value))
                unusable(new Reason(ReasonCodes.TraitNotANumber, null, $"{name} is summed up, and this value is left out."));
        }

        return found is null ? WrittenRules.None : new WrittenRules(found);
    }

    private static bool IsSummable(ReadOnlySpan<byte> traits, JsonSlice value) =>
        value.Kind == System.Text.Json.JsonTokenType.Null || (value.Kind == System.Text.Json.JsonTokenType.Number && ExactNumber.TryParse(value.In(traits), out _));
}
