namespace Cdp.Core.Identity;

/// <summary>
/// Decides what one event does to identities: a pure function of the event, the rules and the present owners (design.md section 6). Decisions are
/// recorded in the journal and never computed again.
/// </summary>
public static class IdentityPolicy
{
    /// <summary>Plans one event.</summary>
    /// <param name="rules">The workspace's rules.</param>
    /// <param name="e">The event.</param>
    /// <param name="candidates">Its identifiers, strongest first; at least one.</param>
    /// <returns>The plan. A target that is planned always ends up owning the first candidate.</returns>
    public static IdentityPlan Plan(IdentityRules rules, PolicyEvent e, IReadOnlyList<Candidate> candidates)
    {
        var anchor = candidates[0];
        var target = new Side(rules, anchor.Owner ?? OwnerToJoin(rules, e, candidates));
        var steps = new List<PlanStep>();
        if (anchor.Owner is null)
        {
            steps.Add(new(StepKind.Link, anchor.Identifier, target.Exists ? ReasonCodes.Linked : ReasonCodes.Created));
            target.Add(anchor.Identifier);
        }

        foreach (var candidate in candidates.Skip(1))
        {
            if (candidate.Owner is { } owner && target.Contains(owner.Id)) continue;
            if (Judge(rules, e, target, candidate) is { } step) steps.Add(step);
        }

        var survivor = target.Survivor;
        return new(survivor?.Id, [.. target.Members.Where(m => m.Id != survivor?.Id).Select(m => m.Id)], steps);
    }

    private static PlanStep? Judge(IdentityRules rules, PolicyEvent e, Side target, Candidate candidate)
    {
        var identifier = candidate.Identifier;
        var owner = candidate.Owner;
        PlanStep Refuse(string code) => new(StepKind.Refuse, identifier, code, owner?.Id);

        var type = rules.TypeOf(identifier.Type);
        if (e.SharedDevice && type.Class == IdentifierClass.Device) return Refuse(ReasonCodes.SharedDevice);
        if (owner is null)
        {
            if (target.RefusalToAdd(identifier) is { } refusal) return Refuse(refusal);
            target.Add(identifier);
            return new(StepKind.Link, identifier, ReasonCodes.Linked);
        }

        if (target.IsBarredFrom(owner)) return Refuse(ReasonCodes.NeverMerge);
        // An alias names another id of the same person; it is no proof that two people whom we know are one.
        if (candidate.FromAlias && target.IsPerson && IsPerson(rules, owner)) return Refuse(ReasonCodes.AliasKnownUser);
        if (target.Exists && target.MayJoin(owner))
        {
            target.Join(owner);
            return null;
        }

        if ((e.Trusted ? type.OnConflictTrusted : type.OnConflict) == ConflictRule.Keep) return Refuse(ReasonCodes.KeptByOwner);
        if (e.OrderMs < candidate.LinkedAtMs) return Refuse(ReasonCodes.LateLink);
        if (target.RefusalToAdd(identifier) is { } limit) return Refuse(limit);
        target.Add(identifier);
        return new(StepKind.Move, identifier, ReasonCodes.Moved, owner.Id);
    }

    /// <summary>An unowned anchor joins the owner of the strongest other identifier whose limits allow it: anonymous becomes known.</summary>
    private static CustomerFacts? OwnerToJoin(IdentityRules rules, PolicyEvent e, IReadOnlyList<Candidate> candidates)
    {
        var anchor = candidates[0].Identifier;
        var anchorIsPerson = rules.TypeOf(anchor.Type).Class == IdentifierClass.Person;
        foreach (var candidate in candidates.Skip(1))
        {
            if (candidate.Owner is not { } owner) continue;
            if (e.SharedDevice && rules.TypeOf(candidate.Identifier.Type).Class == IdentifierClass.Device) continue;
            if (candidate.FromAlias && anchorIsPerson && owner.CountOf(anchor.Type) > 0) continue;
            if (new Side(rules, owner).RefusalToAdd(anchor) is null) return owner;
        }

        return null;
    }

    private static bool IsPerson(IdentityRules rules, CustomerFacts facts) =>
        facts.CountByType.Any(c => c.Value > 0 && rules.TypeOf(c.Key).Class == IdentifierClass.Person);

    /// <summary>The target while it is being planned: all customers that become one, with what the event adds.</summary>
    private sealed class Side
    {
        private readonly IdentityRules _rules;
        private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
        private int _total;

        public Side(IdentityRules rules, CustomerFacts? facts)
        {
            _rules = rules;
            if (facts is not null) Join(facts);
        }

        public List<CustomerFacts> Members { get; } = [];

        public bool Exists => Members.Count > 0;

        public bool IsPerson => _counts.Any(c => c.Value > 0 && _rules.TypeOf(c.Key).Class == IdentifierClass.Person);

        /// <summary>The older profile, ties by lowest id: the same for whoever decides.</summary>
        public CustomerFacts? Survivor => Members.OrderBy(m => m.CreatedAtMs).ThenBy(m => m.Id).FirstOrDefault();

        public bool IsBarredFrom(CustomerFacts other) => Members.Any(m => m.IsBarredFrom(other));

        public bool Contains(CustomerId id) => Members.Any(m => m.Id == id);

        public void Join(CustomerFacts facts)
        {
            Members.Add(facts);
            foreach (var (type, count) in facts.CountByType) _counts[type] = _counts.GetValueOrDefault(type) + count;
            _total += facts.IdentifierCount;
        }

        public void Add(Identifier identifier)
        {
            _counts[identifier.Type] = _counts.GetValueOrDefault(identifier.Type) + 1;
            _total++;
        }

        public string? RefusalToAdd(Identifier identifier)
        {
            if (_counts.GetValueOrDefault(identifier.Type) >= _rules.TypeOf(identifier.Type).MaxPerProfile) return ReasonCodes.RefusedLimit;
            return _total >= _rules.MaxIdentifiersPerProfile ? ReasonCodes.RefusedProfileCap : null;
        }

        /// <summary>Whether the union breaks no limit anew: a side that is over a limit already (it was tightened later) may stay so.</summary>
        public bool MayJoin(CustomerFacts other)
        {
            if (Breaks(_total, other.IdentifierCount, _rules.MaxIdentifiersPerProfile)) return false;
            foreach (var (type, count) in other.CountByType)
            {
                if (Breaks(_counts.GetValueOrDefault(type), count, _rules.TypeOf(type).MaxPerProfile)) return false;
            }

            return true;
        }

        private static bool Breaks(int mine, int theirs, int max) => mine > 0 && theirs > 0 && mine + theirs > max;
    }
}
