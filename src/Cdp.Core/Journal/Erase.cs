using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Journal;

/// <summary>One physical erasure of a whole customer: the own stream and those of all that it absorbed.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Streams">Every stream with its expected last version.</param>
/// <param name="Identifiers">Every identifier with the epoch that set its owner.</param>
/// <param name="AtMs">Unix milliseconds of the erasure.</param>
/// <param name="Suppress">True when later events with these identifiers are to stay out too.</param>
public sealed record EraseUnit(
    string Workspace,
    IReadOnlyList<(CustomerId Stream, long ExpectedVersion)> Streams,
    IReadOnlyList<(Identifier Identifier, Epoch Expected)> Identifiers,
    long AtMs,
    bool Suppress)
{
    /// <summary>What subscribers are told of it. The store keeps these, and removes all earlier ones of the streams.</summary>
    public IReadOnlyList<FeedEntry> Feed { get; init; } = [];
}
