namespace Cdp.Core.Identity;

/// <summary>What the identity policy needs to know of a customer.</summary>
/// <param name="Id">The customer.</param>
/// <param name="Version">The version of its stream that the facts are of.</param>
/// <param name="CreatedAtMs">Unix milliseconds of its earliest event.</param>
/// <param name="CountByType">Identifiers by type.</param>
/// <param name="IdentifierCount">Identifiers in all.</param>
public sealed record CustomerFacts(
    CustomerId Id, long Version, long CreatedAtMs, IReadOnlyDictionary<string, int> CountByType, int IdentifierCount)
{
    /// <summary>Its identifiers one by one; empty unless the rules need them (<see cref="IdentityRules.NeedsIdentifiers"/>).</summary>
    public IReadOnlyList<OwnedIdentifier> Identifiers { get; init; } = [];

    /// <summary>Identifiers that it lists and a third profile owns.</summary>
    public IReadOnlyList<Identifier> Listed { get; init; } = [];

    /// <summary>Whether it is the third profile of a shared identifier: it never merges.</summary>
    public bool IsThird { get; init; }

    /// <summary>Whether an identify or alias call with a user id was applied to it, where user ids share a namespace with others.</summary>
    public bool WasIdentified { get; init; }

    /// <summary>Whether the event that is to be planned was applied to it before.</summary>
    public bool HasSeen { get; init; }

    /// <summary>The customers that it has absorbed.</summary>
    public IReadOnlyList<CustomerId> Absorbed { get; init; } = [];

    /// <summary>The customers that it was split from and must not be joined with again, but by a person.</summary>
    public IReadOnlyList<CustomerId> NeverMergeWith { get; init; } = [];

    /// <summary>Whether a split bars it from another customer, or that one from it: by themselves or by whom they have absorbed.</summary>
    /// <param name="other">The other customer.</param>
    /// <returns>True when the two must not merge and must not take identifiers from each other.</returns>
    public bool IsBarredFrom(CustomerFacts other) => Bars(other) || other.Bars(this);

    private bool Bars(CustomerFacts other)
    {
        foreach (var barred in NeverMergeWith)
        {
            if (barred == other.Id || other.Absorbed.Contains(barred)) return true;
        }

        return false;
    }

    /// <summary>How many identifiers of a type it owns.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The count.</returns>
    public int CountOf(string type) => CountByType.GetValueOrDefault(type);
}

/// <summary>One identifier of a customer.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="LinkedAtMs">Unix milliseconds, event time of its link.</param>
/// <param name="LastSeenMs">Unix milliseconds, event time of the latest event that carried it.</param>
public sealed record OwnedIdentifier(Identifier Identifier, long LinkedAtMs, long LastSeenMs);
