using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

/// <summary>What each step of a plan says in the streams of those concerned, and to the store's owners.</summary>
internal sealed partial class ResolutionDraft
{
    /// <summary>Takes one step in.</summary>
    /// <returns>False when it does not fit what was held.</returns>
    private bool Take(PlanStep step)
    {
        var identifier = step.Identifier;
        switch (step.Kind)
        {
            case StepKind.Refuse:
                Refuse(identifier, step.Code, step.Other);
                return true;
            case StepKind.Link when step.Other is null:
                Gain(DecisionKind.Linked, step, null, null);
                return true;
            case StepKind.Link or StepKind.Move:
                if (Lost(step) is not var (from, link)) return false;
                if (step.Kind == StepKind.Move) DecisionsOf(from.Id).Add(new(DecisionKind.Moved, identifier, step.Code, _state.Id));
                Gain(step.Kind == StepKind.Move ? DecisionKind.Moved : DecisionKind.Linked, step, link.Epoch, from.SeenBy(identifier));
                return true;
            case StepKind.Share:
                return Share(step);
            case StepKind.List:
                _decisions.Add(new(DecisionKind.Shared, identifier, step.Code, step.Other, Fact(identifier, null)));
                return true;
            case StepKind.Expire when step.Other is { } owner && !IsOwn(owner):
                // The link that follows says what becomes of it.
                DecisionsOf(owner).Add(new(DecisionKind.Expired, identifier, step.Code, _state.Id));
                return true;
            default:
                return Free(step);
        }
    }

    /// <summary>An identifier becomes a third profile's; the target and its owner list it.</summary>
    private bool Share(PlanStep step)
    {
        var identifier = step.Identifier;
        if (step.Third is not { } third || Lost(step) is not var (from, link)) return false;
        var version = _resolution.Held.TryGetValue(third, out var known) ? known.Version : 0;
        var e = _resolution.Event;
        _decisions.Add(new(DecisionKind.Shared, identifier, step.Code, third, Fact(identifier, null)));
        DecisionsOf(from.Id).Add(new(DecisionKind.Shared, identifier, step.Code, third));
        DecisionsOf(third).Add(new(DecisionKind.Shared, identifier, step.Code, null, Fact(identifier, from.SeenBy(identifier)) with { Part = third }));
        _ownership[identifier] = new(identifier, link.Epoch, third, new(third, version + 1), e.OrderMs, e.OrderMs, e.Source.Name);
        return true;
    }

    /// <summary>One of the target's own, or of somebody whom it absorbs, leaves it, and nobody owns it.</summary>
    private bool Free(PlanStep step)
    {
        var identifier = step.Identifier;
        var holder = step.Other == _state.Id ? _state : _resolution.Held.GetValueOrDefault(step.Other!.Value);
        if (holder is null || !holder.Links.TryGetValue(identifier, out var link)) return false;
        _decisions.Add(new(step.Kind == StepKind.Expire ? DecisionKind.Expired : DecisionKind.Evicted, identifier, step.Code));
        _ownership[identifier] = new(identifier, link.Epoch, null, new(_state.Id, _decidedVersion), link.LinkedAtMs, link.LastSeenMs, link.Source);
        return true;
    }

    private void Gain(DecisionKind kind, PlanStep step, Epoch? expected, IReadOnlyList<MessageWindow.Entry>? seen)
    {
        var e = _resolution.Event;
        _decisions.Add(new(kind, step.Identifier, step.Code, step.Other, Fact(step.Identifier, seen)));
        _ownership[step.Identifier] = new(
            step.Identifier, expected, _state.Id, new(_state.Id, _decidedVersion), e.OrderMs, e.OrderMs, e.Source.Name);
    }

    private LinkFact Fact(Identifier identifier, IReadOnlyList<MessageWindow.Entry>? seen)
    {
        var e = _resolution.Event;
        long? notBefore = _resolution.NotBefore.TryGetValue(identifier, out var erasedAtMs) ? erasedAtMs : null;
        return new(_part, e.OrderMs, e.Source.Name, notBefore, seen);
    }

    private (CustomerState From, Link Link)? Lost(PlanStep step) =>
        _resolution.Held.TryGetValue(step.Other!.Value, out var from) && from.Links.TryGetValue(step.Identifier, out var link) ? (from, link) : null;

    private bool IsOwn(CustomerId owner) => owner == _state.Id || _resolution.Plan.Absorbed.Contains(owner);

    private List<Decision> DecisionsOf(CustomerId stream)
    {
        if (!_byOthers.TryGetValue(stream, out var decisions)) _byOthers.Add(stream, decisions = []);
        return decisions;
    }
}
