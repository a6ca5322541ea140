namespace Cdp.Core.Identity.Planning;

/// <summary>One plan in the making.</summary>
internal sealed class PlanMaker(IdentityRules rules, PolicyEvent e, IReadOnlyList<Candidate> candidates)
{
    private readonly List<PlanStep> _steps = [];
    private Side _target = null!;
    private bool _isAnchorDemoted;

    public IdentityPlan Make()
    {
        var anchor = Anchor();
        _isAnchorDemoted = IsDemoted(anchor);
        var owner = OwnerOf(anchor);
        _target = new Side(rules, e, candidates, owner ?? OwnerToJoin(anchor));
        if (owner is null) LinkAnchor(anchor);
        // What has expired is judged last: its owner may have joined by another identifier, and then it comes along.
        foreach (var candidate in candidates.Where(c => c != anchor && !HasExpired(c))) Consider(candidate);
        foreach (var candidate in candidates.Where(c => c != anchor && HasExpired(c))) Consider(candidate);
        var survivor = _target.Survivor;
        return new(survivor?.Id, [.. _target.Members.Where(m => m.Id != survivor?.Id).Select(m => m.Id)], _steps);
    }

    /// <summary>The strongest identifier that may decide whose event it is.</summary>
    private Candidate Anchor()
    {
        foreach (var candidate in candidates)
        {
            if (!candidate.FromAlias && !candidate.FromLink && !IsDemoted(candidate)) return candidate;
        }

        return candidates[0];
    }

    /// <summary>Whether it belongs to somebody, and its type demands more trust than the event has before it does anything to others.</summary>
    private bool IsDemoted(Candidate candidate) => !e.Trusted && OwnerOf(candidate) is not null && rules.TypeOf(candidate.Identifier.Type).RequireTrusted;

    private CustomerFacts? OwnerOf(Candidate candidate) => HasExpired(candidate) ? null : candidate.Owner;

    private bool HasExpired(Candidate candidate)
    {
        if (candidate.Owner is not { } owner || rules.TypeOf(candidate.Identifier.Type).Ttl is not { } ttl) return false;
        foreach (var owned in owner.Identifiers)
        {
            if (owned.Identifier == candidate.Identifier) return e.OrderMs - owned.LastSeenMs > ttl.TotalMilliseconds;
        }

        return false;
    }

    private void LinkAnchor(Candidate anchor)
    {
        if (anchor.Owner is { } before)
        {
            if (_target.Contains(before.Id)) return;
            _steps.Add(new(StepKind.Expire, anchor.Identifier, ReasonCodes.Expired, before.Id));
        }

        var code = _target.Exists ? ReasonCodes.Linked : ReasonCodes.Created;
        _steps.AddRange(_target.MakeRoom(anchor.Identifier));
        _steps.Add(new(StepKind.Link, anchor.Identifier, code, anchor.Owner?.Id));
        _target.Add(anchor.Identifier);
    }

    private void Consider(Candidate candidate)
    {
        if (candidate.Owner is { } owner && _target.Contains(owner.Id)) return;
        if (Judge(candidate) is { } step) _steps.Add(step);
    }

    private PlanStep? Judge(Candidate candidate)
    {
        var identifier = candidate.Identifier;
        var type = rules.TypeOf(identifier.Type);
        if (_isAnchorDemoted) return Refuse(ReasonCodes.TrustRequired);
        if (e.SharedDevice && type.Class == IdentifierClass.Device) return Refuse(ReasonCodes.SharedDevice);
        if (OwnerOf(candidate) is not { } owner) return Link(candidate);
        if (IsDemoted(candidate)) return Refuse(ReasonCodes.TrustRequired);
        if (_target.IsBarredFrom(owner)) return Refuse(ReasonCodes.NeverMerge);
        if (owner.IsThird) return _target.Lists(identifier) ? null : new(StepKind.List, identifier, ReasonCodes.Shared, owner.Id);

        // An alias names another id of the same person; it is no proof that two people whom we know are one.
        if (candidate.FromAlias && _target.IsIdentified && IdentityPolicy.IsIdentified(rules, owner)) return Refuse(ReasonCodes.AliasKnownUser);
        var bar = WhyNotJoin(candidate, owner, type);
        if (bar is null)
        {
            _target.Join(owner);
            _steps.AddRange(_target.MakeRoom());
            return null;
        }

        if (candidate.FromLink) return Refuse(bar);
        var rule = e.Trusted ? type.OnConflictTrusted : type.OnConflict;
        if (rule == ConflictRule.Keep || _target.IsThird) return Refuse(bar);
        if (e.OrderMs < candidate.LinkedAtMs) return Refuse(ReasonCodes.LateLink);
        if (rule == ConflictRule.Share) return new(StepKind.Share, identifier, ReasonCodes.Shared, owner.Id);
        if (_target.RefusalToAdd(identifier) is { } limit) return Refuse(limit);
        _steps.AddRange(_target.MakeRoom(identifier));
        _target.Add(identifier);
        return new(StepKind.Move, identifier, ReasonCodes.Moved, owner.Id);

        PlanStep Refuse(string code) => new(StepKind.Refuse, identifier, code, candidate.Owner?.Id);
    }

    /// <summary>A link of what nobody owns, or of what has expired at its owner.</summary>
    private PlanStep Link(Candidate candidate)
    {
        var identifier = candidate.Identifier;
        if (candidate.Owner is { } before && _target.IsBarredFrom(before)) return new(StepKind.Refuse, identifier, ReasonCodes.NeverMerge, before.Id);
        // A manual link holds above the limits.
        var refusal = candidate.FromLink ? _target.BarOn(identifier) : _target.RefusalToAdd(identifier);
        if (refusal is not null) return new(StepKind.Refuse, identifier, refusal, candidate.Owner?.Id);
        if (candidate.Owner is { } owner) _steps.Add(new(StepKind.Expire, identifier, ReasonCodes.Expired, owner.Id));
        if (!candidate.FromLink) _steps.AddRange(_target.MakeRoom(identifier));
        _target.Add(identifier);
        return new(StepKind.Link, identifier, candidate.FromLink ? ReasonCodes.ManualLink : ReasonCodes.Linked, candidate.Owner?.Id);
    }

    /// <summary>Why the target and an owner do not become one; null when they do.</summary>
    private string? WhyNotJoin(Candidate candidate, CustomerFacts owner, IdentifierType type)
    {
        if (!candidate.FromLink && !rules.MergeIdentified && IdentityPolicy.IsIdentified(rules, owner)) return ReasonCodes.AlreadyIdentified;
        if (!candidate.FromLink && type.Bridge == BridgeRule.UnlessPersonsDiffer && _target.HoldsOtherPersonThan(owner)) return ReasonCodes.PersonsDiffer;
        // Somebody who gives an identifier away in this plan is not absorbed by the same plan.
        if (!_target.Exists || _target.IsThird || _steps.Any(s => s.Other == owner.Id && s.Kind is StepKind.Move or StepKind.Share or StepKind.Expire))
            return ReasonCodes.KeptByOwner;
        if (candidate.FromLink) return null;
        if (owner.IdentifierCount > rules.MaxIdentifiersPerMerge) return ReasonCodes.MergeTooLarge;
        return _target.BreaksLimitWith(owner) ? ReasonCodes.KeptByOwner : null;
    }

    /// <summary>An unowned anchor joins the owner of the strongest other identifier whose limits allow it: anonymous becomes known.</summary>
    private CustomerFacts? OwnerToJoin(Candidate anchor)
    {
        var identifier = anchor.Identifier;
        var type = rules.TypeOf(identifier.Type);
        foreach (var candidate in candidates)
        {
            if (candidate == anchor || OwnerOf(candidate) is not { } owner || owner.IsThird || IsDemoted(candidate)) continue;
            if (owner.Id == anchor.Owner?.Id) return owner;
            var by = rules.TypeOf(candidate.Identifier.Type);
            if (e.SharedDevice && by.Class == IdentifierClass.Device) continue;
            if (candidate.FromAlias && type.Class == IdentifierClass.Person && owner.CountOf(identifier.Type) > 0) continue;
            if (!rules.MergeIdentified && identifier.Type == rules.UserType && IdentityPolicy.IsIdentified(rules, owner)) continue;
            if (by.Bridge == BridgeRule.UnlessPersonsDiffer && type.Class == IdentifierClass.Person && owner.CountOf(identifier.Type) > 0) continue;
            var side = new Side(rules, e, candidates, owner);
            if ((candidate.FromLink ? side.BarOn(identifier) : side.RefusalToAdd(identifier, mayEvictOfType: false)) is null) return owner;
        }

        return null;
    }
}
