using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

/// <summary>An identifier that a customer uses and a third profile owns.</summary>
public sealed class ListedLink
{
    /// <summary>The identifier.</summary>
    public required Identifier Identifier { get; init; }

    /// <summary>The profile that owned it when it was listed.</summary>
    public required CustomerId Third { get; init; }

    /// <summary>The part that listed it.</summary>
    public required CustomerId Part { get; init; }

    /// <summary>Unix milliseconds, event time of the first link or listing.</summary>
    public required long LinkedAtMs { get; init; }

    /// <summary>Unix milliseconds, event time of the latest event of this customer that carried it.</summary>
    public required long LastSeenMs { get; set; }

    /// <summary>The source that linked or listed it.</summary>
    public required string Source { get; init; }
}

public sealed partial class CustomerState
{
    // Hardly any customer shares anything. One per part: two that used the same identifier before they became one both have it again after a split.
    private Dictionary<(Identifier Identifier, CustomerId Part), ListedLink>? _listed;

    /// <summary>Whether this is the third profile of a shared identifier: it never merges.</summary>
    public bool IsThird { get; private set; }

    /// <summary>Identifiers that this customer uses and a third profile owns; one that several of its parts listed is there for each of them.</summary>
    public IReadOnlyCollection<ListedLink> Listed => _listed is null ? [] : _listed.Values;

    /// <summary>Whether an identifier is <see cref="Listed"/>.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <returns>True when it is.</returns>
    public bool Lists(Identifier identifier) => _listed is not null && _listed.Keys.Any(k => k.Identifier == identifier);

    /// <summary>The facts that the identity policy judges by, as far as the rules need them.</summary>
    /// <param name="rules">The rules.</param>
    /// <returns>The facts.</returns>
    public CustomerFacts FactsFor(IdentityRules rules) => Facts with
    {
        Identifiers = rules.NeedsIdentifiers ? [.. _links.Values.Select(l => new OwnedIdentifier(l.Identifier, l.LinkedAtMs, l.LastSeenMs))] : [],
        Listed = _listed is null ? [] : [.. _listed.Keys.Select(k => k.Identifier).Distinct()],
        IsThird = IsThird,
        WasIdentified = rules.IdentifiedByCall && WasIdentified,
    };

    /// <summary>Whether the rules call this customer identified.</summary>
    /// <param name="rules">The rules.</param>
    /// <returns>True when it is.</returns>
    public bool IsIdentified(IdentityRules rules) =>
        !IsThird && (rules.IdentifiedByCall ? WasIdentified : _links.Keys.Any(i => rules.TypeOf(i.Type).Class == IdentifierClass.Person));

    private bool WasIdentified => _otherParts is null ? Own.IsIdentified : Parts.Any(p => p.IsIdentified);

    internal void RestoreSharing(bool isThird, IEnumerable<ListedLink> listed)
    {
        IsThird = isThird;
        foreach (var link in listed) (_listed ??= []).Add((link.Identifier, link.Part), link);
    }

    /// <summary>Takes in that an identifier is shared: it becomes this third profile's, or this customer lists it from now on.</summary>
    private void Share(Decision decision, long version)
    {
        if (decision.Other is not { } third)
        {
            IsThird = true;
            Hold(decision.Identifier, decision.Link!, new(Id, version));
            return;
        }

        if (_links.Remove(decision.Identifier, out var own)) List(own.Identifier, third, own.Part, own.LinkedAtMs, own.LastSeenMs, own.Source);
        else if (decision.Link is { } link) List(decision.Identifier, third, link.Part, link.LinkedAtMs, link.LinkedAtMs, link.Source);
    }

    private void List(Identifier identifier, CustomerId third, CustomerId part, long linkedAtMs, long lastSeenMs, string source)
    {
        if (Lists(identifier)) return;
        (_listed ??= []).Add((identifier, part), new()
        {
            Identifier = identifier with { Type = StringPool.Shared.Intern(identifier.Type) },
            Third = third,
            Part = part,
            LinkedAtMs = linkedAtMs,
            LastSeenMs = lastSeenMs,
            Source = StringPool.Shared.Intern(source),
        });
    }

    private void SeeListed(Identifier identifier, CustomerEvent e)
    {
        if (_listed is null) return;
        // Of the part that the event counts in; of any other when that one has not listed it.
        if (!_listed.TryGetValue((identifier, PartFor(e, out _).Stream), out var link)) link = _listed.Values.FirstOrDefault(l => l.Identifier == identifier);
        if (link is not null && e.OrderMs > link.LastSeenMs) link.LastSeenMs = e.OrderMs;
    }

    private void Unlist(Identifier identifier)
    {
        if (_listed is null) return;
        foreach (var key in _listed.Keys.Where(k => k.Identifier == identifier).ToList()) _listed.Remove(key);
    }

    private void TakeOverListed(CustomerState loser)
    {
        if (loser._listed is null) return;
        foreach (var (key, link) in loser._listed) (_listed ??= [])[key] = link;
    }
}
