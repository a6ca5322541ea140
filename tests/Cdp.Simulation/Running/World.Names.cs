using System.Runtime.CompilerServices;
using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Simulation.Grid;

namespace Cdp.Simulation.Running;

internal sealed partial class World
{
    private readonly Dictionary<CustomerId, string> _customerNames = [];
    private readonly Dictionary<HoldToken, string> _holdNames = [];

    /// <summary>Customers are C1, C2 and so on, in the order in which the story comes to them.</summary>
    public string NameOf(CustomerId? id)
    {
        if (id is not { } customer) return "nobody";
        if (!_customerNames.TryGetValue(customer, out var name)) _customerNames.Add(customer, name = $"C{_customerNames.Count + 1}");
        return name;
    }

    public string NameOf(HoldToken token)
    {
        if (!_holdNames.TryGetValue(token, out var name)) _holdNames.Add(token, name = $"H{_holdNames.Count + 1}");
        return name;
    }

    public string NameOf(ActorKey key) => key.Customer is { } customer ? NameOf(customer) : key.Identifier!.Value.Ref;

    public string Describe(IdentityPlan plan)
    {
        var text = plan.Target is { } target ? $"into {NameOf(target)}" : "create";
        foreach (var loser in plan.Absorbed) text += $", absorb {NameOf(loser)}";
        foreach (var step in plan.Steps) text += $", {step.Kind} {step.Identifier.Ref}";
        return text;
    }

    public string Describe(UnitOfWork unit) =>
        string.Join("; ", unit.Appends.Select(a => $"{NameOf(a.Stream)} v{a.ExpectedVersion + 1}: {string.Join("+", a.Entries.Select(e => e.Kind))}"))
        + string.Concat(unit.Ownership.Select(o => $"; {o.Identifier.Ref} → {NameOf(o.Owner)}"));

    /// <summary>An answer in a few words.</summary>
    public string Describe(object? answer) => answer switch
    {
        null => "nothing",
        ApplyAnswer a => $"{a.Status}{(a.Successor is { } s ? $", ask {NameOf(s)}" : "")} {Describe(a.Outcomes)}".TrimEnd(),
        IReadOnlyList<EventOutcome> outcomes => string.Join(", ", outcomes.Select(o => $"{o.MessageId} {o.Status}{(o.Profile is { } p ? $" in {NameOf(p)}" : "")}{(o.Status is EventStatus.Failed or EventStatus.Rejected ? $" ({string.Join(' ', o.Reasons.Select(r => r.Code))})" : "")}")),
        IReadOnlyList<Ownership> owners => string.Join(", ", owners.Select(o => $"{o.Identifier.Ref} is {(o.Owner is { } w ? NameOf(w) + "'s" : "free")}{(o.Erasure is null ? "" : ", erased")}")),
        OwnerHint hint => $"{NameOf(hint.Customer)} v{hint.AtLeastVersion}+",
        StreamLoad load => $"snapshot {load.Snapshot?.Version.ToString() ?? "none"}, {load.Tail.Count} records",
        ITuple => "done",
        Answer<CustomerState> a => $"{a.Status}{(a.Value is { } s ? $" v{s.Version}" : "")}",
        Answer<CustomerFacts> a => $"{a.Status}{(a.Value is { } f ? $" v{f.Version}" : "")}",
        Answer<ProfileView> a => $"{a.Status}{(a.Value is { } v ? $" {NameOf(v.Id)} v{v.Version}" : "")}",
        Answer<EraseCounts> a => a.Status.ToString(),
        Moved m => $"{NameOf(m.Customer)} {string.Join(", ", m.Fixes.SelectMany(f => f.Transitions).Select(t => $"{t.Kind} {t.FenceId}"))}",
        ProfileView v => $"{NameOf(v.Id)} v{v.Version}",
        _ => answer.ToString() ?? "",
    };
}
