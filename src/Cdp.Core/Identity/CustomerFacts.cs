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
    /// <summary>How many identifiers of a type it owns.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The count.</returns>
    public int CountOf(string type) => CountByType.GetValueOrDefault(type);
}
