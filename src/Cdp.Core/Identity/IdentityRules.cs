using System.Collections.Frozen;
using Cdp.Core.Traits;

namespace Cdp.Core.Identity;

/// <summary>Whose id a merged profile keeps.</summary>
public enum SurvivorRule
{
    /// <summary>That of the older profile (<c>createdAt</c>), ties by lowest id.</summary>
    Oldest,

    /// <summary>That of the owner of the event's strongest identifier.</summary>
    Target,
}

/// <summary>Which trait values a merge shows of two that differ.</summary>
public enum MergedTraitRule
{
    /// <summary>The later one by event time.</summary>
    Latest,

    /// <summary>The survivor's; values that are written after the merge compete by event time.</summary>
    Survivor,
}

/// <summary>What happens when a profile has as many identifiers as it may over all types.</summary>
public enum FullProfileRule
{
    /// <summary>The new one is left out, and customers that would have more together do not merge.</summary>
    Refuse,

    /// <summary>The one that was linked first makes room, whatever its type.</summary>
    EvictOldest,

    /// <summary>Devices before persons, weak types before strong ones, then the one that was linked first makes room.</summary>
    EvictByClass,
}

/// <summary>The identity policy of one workspace, compiled: a preset with the workspace's own settings. Immutable.</summary>
public sealed record IdentityRules
{
    private bool _typesExpire;
    private bool _typesNeedLinks;
    private bool _otherExpires;
    private bool _otherNeedsLinks;

    /// <summary>The policy named <c>default</c> with no settings of its own.</summary>
    public static IdentityRules Default { get; } = new();

    /// <summary>At most so many identifiers per profile over all types.</summary>
    /// <value>Default 1,000.</value>
    public int MaxIdentifiersPerProfile { get; init; } = 1_000;

    /// <summary>What happens at <see cref="MaxIdentifiersPerProfile"/>.</summary>
    public FullProfileRule OnFullProfile { get; init; }

    /// <summary>A profile with more identifiers than this is absorbed by nobody; null for no bound.</summary>
    public int? MaxIdentifiersPerMerge { get; init; }

    /// <summary>Whose id survives a merge.</summary>
    public SurvivorRule Survivor { get; init; }

    /// <summary>Whose trait values a merge shows.</summary>
    public MergedTraitRule TraitsOnMerge { get; init; }

    /// <summary>False when a customer that is identified already does not join the owner of an event's strongest identifier.</summary>
    /// <value>Default true.</value>
    public bool MergeIdentified { get; init; } = true;

    /// <summary>
    /// True when a customer is identified by an identify or alias call with a user id, false when by an identifier of class person. For where user ids
    /// share a namespace with others, so that their type does not tell.
    /// </summary>
    public bool IdentifiedByCall { get; init; }

    /// <summary>The region (ISO 3166-1 alpha-2) that phone numbers without a country code belong to; null leaves those out.</summary>
    public string? DefaultRegion { get; init; }

    /// <summary>Values that are no identifiers.</summary>
    public BlockedValues Blocked { get; init; } = BlockedValues.BuiltIn;

    /// <summary>Identifiers whose owners never become one, and never give each other anything; wins over every other rule.</summary>
    public IdentifierPairs NeverMerge { get; init; } = IdentifierPairs.None;

    /// <summary>Identifiers that belong to one customer whatever the limits say.</summary>
    public IdentifierGroups Links { get; init; } = IdentifierGroups.None;

    /// <summary>Which of the values written to a trait a profile shows.</summary>
    public TraitRules Traits { get; init; } = TraitRules.None;

    /// <summary>The types with rules of their own. A type that is not listed has the rules of <see cref="Other"/>.</summary>
    public FrozenDictionary<string, IdentifierType> Types
    {
        get;
        init
        {
            field = value;
            _typesExpire = value.Values.Any(t => t.Ttl is not null);
            _typesNeedLinks = value.Values.Any(NeedsLinks);
        }
    } = DefaultTypes.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The rules of any external id that is not listed: it is registered by its first use.</summary>
    public IdentifierType Other
    {
        get;
        init
        {
            field = value;
            _otherExpires = value.Ttl is not null;
            _otherNeedsLinks = NeedsLinks(value);
        }
    } = new("*", IdentifierClass.Person, 5, 5, ConflictRule.Keep, ConflictRule.Keep);

    /// <summary>Whether any identifier can expire.</summary>
    public bool HasTtl => _typesExpire || _otherExpires;

    /// <summary>Whether a plan needs to know a customer's identifiers one by one, and not their counts alone.</summary>
    public bool NeedsIdentifiers =>
        _typesNeedLinks || _otherNeedsLinks || OnFullProfile != FullProfileRule.Refuse || !NeverMerge.IsEmpty;

    /// <summary>The type that <c>userId</c> is stored as.</summary>
    public string UserType => StoredAs(IdentifierNames.UserId);

    /// <summary>The rules of a type.</summary>
    /// <param name="name">The type's name.</param>
    /// <returns>Its own rules, or those of <see cref="Other"/>.</returns>
    public IdentifierType TypeOf(string name) => Types.TryGetValue(name, out var type) ? type : Other;

    /// <summary>The type as which values of a type are stored.</summary>
    /// <param name="name">The type's name.</param>
    /// <returns>Its namespace, or the name itself.</returns>
    public string StoredAs(string name) => TypeOf(name).Namespace ?? name;

    /// <summary>Types of design.md section 6.</summary>
    internal static IEnumerable<IdentifierType> DefaultTypes =>
    [
        new("user_id", IdentifierClass.Person, 1, 1, ConflictRule.Keep, ConflictRule.Keep),
        new("crm_id", IdentifierClass.Person, 2, 1, ConflictRule.Keep, ConflictRule.Keep),
        new("email", IdentifierClass.Person, 3, 5, ConflictRule.Keep, ConflictRule.Move) { Normalizer = Normalizer.Email },
        new("phone", IdentifierClass.Person, 4, 5, ConflictRule.Keep, ConflictRule.Move) { Normalizer = Normalizer.Phone },
        new("anonymous_id", IdentifierClass.Device, 10, 100, ConflictRule.Move, ConflictRule.Move),
        new("device_id", IdentifierClass.Device, 11, 20, ConflictRule.Move, ConflictRule.Move),
        new("idfa", IdentifierClass.Device, 11, 20, ConflictRule.Move, ConflictRule.Move),
        new("gaid", IdentifierClass.Device, 11, 20, ConflictRule.Move, ConflictRule.Move),
    ];

    private static bool NeedsLinks(IdentifierType type) => type.Ttl is not null || type.Window is not null || type.OnLimit != LimitRule.Refuse;
}
