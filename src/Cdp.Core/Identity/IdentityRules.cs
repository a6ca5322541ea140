using System.Collections.Frozen;
using Cdp.Core.Traits;

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
}

/// <summary>One identifier type of a workspace.</summary>
/// <param name="Name">The type's name, as in <c>name:value</c>.</param>
/// <param name="Class">Person or device.</param>
/// <param name="Priority">1 is the strongest.</param>
/// <param name="MaxPerProfile">At most so many values per profile.</param>
/// <param name="OnConflict">The rule for an untrusted source.</param>
/// <param name="OnConflictTrusted">The rule for a trusted source.</param>
public sealed record IdentifierType(
    string Name, IdentifierClass Class, int Priority, int MaxPerProfile, ConflictRule OnConflict, ConflictRule OnConflictTrusted);

/// <summary>The identity policy of one workspace, compiled: the defaults of design.md section 6 with the workspace's own settings. Immutable.</summary>
public sealed class IdentityRules
{
    /// <summary>The policy named <c>default</c> with no settings of its own.</summary>
    public static IdentityRules Default { get; } = new();

    /// <summary>At most so many identifiers per profile over all types.</summary>
    public int MaxIdentifiersPerProfile { get; init; } = 1_000;

    /// <summary>The region (ISO 3166-1 alpha-2) that phone numbers without a country code belong to; null leaves those out.</summary>
    public string? DefaultRegion { get; init; }

    /// <summary>Values that are no identifiers, beside the built-in list: whole-value patterns, matched without regard to case.</summary>
    public BlockedValues Blocked { get; init; } = BlockedValues.BuiltIn;

    /// <summary>Which of the values written to a trait a profile shows.</summary>
    public TraitRules Traits { get; init; } = TraitRules.None;

    /// <summary>The types with rules of their own. A type that is not listed has the rules of <see cref="Other"/>.</summary>
    public FrozenDictionary<string, IdentifierType> Types { get; init; } = DefaultTypes.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The rules of any external id that is not listed.</summary>
    public IdentifierType Other { get; init; } = new("*", IdentifierClass.Person, 5, 5, ConflictRule.Keep, ConflictRule.Keep);

    private static IEnumerable<IdentifierType> DefaultTypes =>
    [
        new("user_id", IdentifierClass.Person, 1, 1, ConflictRule.Keep, ConflictRule.Keep),
        new("crm_id", IdentifierClass.Person, 2, 1, ConflictRule.Keep, ConflictRule.Keep),
        new("email", IdentifierClass.Person, 3, 5, ConflictRule.Keep, ConflictRule.Move),
        new("phone", IdentifierClass.Person, 4, 5, ConflictRule.Keep, ConflictRule.Move),
        new("anonymous_id", IdentifierClass.Device, 10, 100, ConflictRule.Move, ConflictRule.Move),
        new("device_id", IdentifierClass.Device, 11, 20, ConflictRule.Move, ConflictRule.Move),
        new("idfa", IdentifierClass.Device, 11, 20, ConflictRule.Move, ConflictRule.Move),
        new("gaid", IdentifierClass.Device, 11, 20, ConflictRule.Move, ConflictRule.Move),
    ];

    /// <summary>The rules of a type.</summary>
    /// <param name="name">The type's name.</param>
    /// <returns>Its own rules, or those of <see cref="Other"/>.</returns>
    public IdentifierType TypeOf(string name) => Types.TryGetValue(name, out var type) ? type : Other;
}
