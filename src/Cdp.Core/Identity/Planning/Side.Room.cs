namespace Cdp.Core.Identity.Planning;

/// <summary>Limits, and who makes room when they are reached.</summary>
internal sealed partial class Side
{
    private readonly HashSet<Identifier> _gone = [];

    /// <summary>Why an identifier cannot be added; null when it can, maybe after <see cref="MakeRoom(Identifier)"/>.</summary>
    public string? RefusalToAdd(Identifier identifier, bool mayEvictOfType = true)
    {
        if (BarOn(identifier) is { } bar) return bar;
        var type = _rules.TypeOf(identifier.Type);
        if (_counts.GetValueOrDefault(identifier.Type) >= type.MaxPerProfile
            && !Expired(identifier.Type).Any()
            && !(mayEvictOfType && type.OnLimit == LimitRule.EvictOldest && Evictable().Any(v => v.Owned.Identifier.Type == identifier.Type)))
            return ReasonCodes.RefusedLimit;
        if (type.Window is { } window && CountIn(window, identifier.Type) >= window.Max) return ReasonCodes.RefusedWindow;
        return _total >= _allowed && !Expired(null).Any() && (_rules.OnFullProfile == FullProfileRule.Refuse || !Evictable().Any())
            ? ReasonCodes.RefusedProfileCap
            : null;
    }

    /// <summary>Takes out what has to leave before an identifier is added that <see cref="RefusalToAdd"/> has let in.</summary>
    public List<PlanStep> MakeRoom(Identifier identifier)
    {
        var steps = new List<PlanStep>();
        if (_counts.GetValueOrDefault(identifier.Type) >= _rules.TypeOf(identifier.Type).MaxPerProfile)
            Take(steps, Expired(identifier.Type), Oldest(Evictable().Where(v => v.Owned.Identifier.Type == identifier.Type)));
        if (_total >= _allowed) Take(steps, Expired(null), Weakest());
        return steps;
    }

    /// <summary>Takes out what is over the cap after customers have become one.</summary>
    public List<PlanStep> MakeRoom()
    {
        var steps = new List<PlanStep>();
        while (_rules.OnFullProfile != FullProfileRule.Refuse && _total > _allowed)
        {
            var before = steps.Count;
            Take(steps, Expired(null), Weakest());
            if (steps.Count == before) break;
        }

        return steps;
    }

    private void Take(
        List<PlanStep> steps, IEnumerable<(OwnedIdentifier Owned, CustomerId Owner)> expired, IEnumerable<(OwnedIdentifier Owned, CustomerId Owner)> evictable)
    {
        var chosen = Oldest(expired).Select(v => (v.Owned.Identifier, v.Owner, StepKind.Expire))
            .Concat(evictable.Select(v => (v.Owned.Identifier, v.Owner, StepKind.Evict)))
            .Take(1);
        foreach (var (identifier, owner, kind) in chosen.ToList())
        {
            steps.Add(new(kind, identifier, kind == StepKind.Expire ? ReasonCodes.Expired : ReasonCodes.Evicted, owner));
            _gone.Add(identifier);
            _counts[identifier.Type]--;
            _total--;
        }
    }

    /// <summary>What may leave: not what the event carries.</summary>
    private IEnumerable<(OwnedIdentifier Owned, CustomerId Owner)> Evictable() =>
        from member in Members
        from owned in member.Identifiers
        where !_gone.Contains(owned.Identifier) && !_candidates.Any(c => c.Identifier == owned.Identifier)
        select (owned, member.Id);

    private IEnumerable<(OwnedIdentifier Owned, CustomerId Owner)> Expired(string? ofType) =>
        !_rules.HasTtl ? [] : Evictable().Where(v => (ofType is null || v.Owned.Identifier.Type == ofType)
            && _rules.TypeOf(v.Owned.Identifier.Type).Ttl is { } ttl
            && _event.OrderMs - v.Owned.LastSeenMs > ttl.TotalMilliseconds);

    private IEnumerable<(OwnedIdentifier Owned, CustomerId Owner)> Weakest() => _rules.OnFullProfile switch
    {
        FullProfileRule.EvictOldest => Oldest(Evictable()),
        FullProfileRule.EvictByClass => Evictable()
            .OrderByDescending(v => _rules.TypeOf(v.Owned.Identifier.Type).Class)
            .ThenByDescending(v => _rules.TypeOf(v.Owned.Identifier.Type).Priority)
            .ThenBy(v => v.Owned.LinkedAtMs).ThenBy(v => v.Owned.Identifier),
        _ => [],
    };

    private static IEnumerable<(OwnedIdentifier Owned, CustomerId Owner)> Oldest(IEnumerable<(OwnedIdentifier Owned, CustomerId Owner)> from) =>
        from.OrderBy(v => v.Owned.LinkedAtMs).ThenBy(v => v.Owned.Identifier);
}
