namespace Cdp.Core.Audiences;

/// <summary>What an audience reads: when none of it changes and its moment has not come, its answer stands.</summary>
/// <param name="Traits">Names of traits.</param>
/// <param name="Computed">Ids of computed traits.</param>
/// <param name="Events">Names of events, those of its computed traits included; <c>*</c> for any.</param>
/// <param name="IdentifierTypes">Types of identifiers.</param>
/// <param name="Purposes">Purposes of consent.</param>
/// <param name="Audiences">Ids of audiences.</param>
/// <param name="Position">Whether it reads the last position.</param>
public sealed record AudienceReads(
    IReadOnlyList<string> Traits,
    IReadOnlyList<string> Computed,
    IReadOnlyList<string> Events,
    IReadOnlyList<string> IdentifierTypes,
    IReadOnlyList<string> Purposes,
    IReadOnlyList<string> Audiences,
    bool Position);
