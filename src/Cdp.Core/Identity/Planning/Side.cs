namespace Cdp.Core.Identity.Planning;

/// <summary>The target while it is being planned: all customers that become one, with what the event adds.</summary>
internal sealed partial class Side
{
    private readonly IdentityRules _rules;
    private readonly PolicyEvent _event;
    private readonly IReadOnlyList<Candidate> _candidates;
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<Identifier> _added = [];
    private int _total;
    private int _allowed;

    public Side(IdentityRules rules, PolicyEvent e, IReadOnlyList<Candidate> candidates, CustomerFacts? facts)
    {
        (_rules, _event, _candidates, _allowed) = (rules, e, candidates, rules.MaxIdentifiersPerProfile);
        if (facts is not null) Join(facts);
    }

    public List<CustomerFacts> Members { get; } = [];

    public bool Exists => Members.Count > 0;

    public bool IsThird => Exists && Members[0].IsThird;

    public bool IsIdentified => _rules.IdentifiedByCall
        ? Members.Exists(m => m.WasIdentified)
        : _counts.Any(c => c.Value > 0 && _rules.TypeOf(c.Key).Class == IdentifierClass.Person);

    public CustomerFacts? Survivor => _rules.Survivor == SurvivorRule.Target
        ? Members.FirstOrDefault()
        // The older profile, ties by lowest id: the same for whoever decides.
        : Members.OrderBy(m => m.CreatedAtMs).ThenBy(m => m.Id).FirstOrDefault();

    public bool Contains(CustomerId id) => Members.Exists(m => m.Id == id);

    public bool Lists(Identifier identifier) => Members.Exists(m => m.Listed.Contains(identifier));

    public void Join(CustomerFacts facts)
    {
        // Who was over the cap already, because it was tightened later, may stay so.
        _allowed = Math.Max(_allowed, Math.Max(_total, facts.IdentifierCount));
        Members.Add(facts);
        foreach (var (type, count) in facts.CountByType) _counts[type] = _counts.GetValueOrDefault(type) + count;
        _total += facts.IdentifierCount;
    }

    public void Add(Identifier identifier)
    {
        _counts[identifier.Type] = _counts.GetValueOrDefault(identifier.Type) + 1;
        _added.Add(identifier);
        _total++;
    }

    public bool IsBarredFrom(CustomerFacts other)
    {
        foreach (var member in Members)
        {
            if (IdentityPolicy.IsBarred(_rules, member, other)) return true;
        }

        return !_rules.NeverMerge.IsEmpty
            && _added.Exists(a => _rules.NeverMerge.Of(a).Any(n => other.Identifiers.Any(o => o.Identifier == n)));
    }

    /// <summary>The never-merge pair that keeps an identifier out.</summary>
    public string? BarOn(Identifier identifier) =>
        !_rules.NeverMerge.IsEmpty && _rules.NeverMerge.Of(identifier).Any(Holds) ? ReasonCodes.NeverMerge : null;

    public bool HoldsOtherPersonThan(CustomerFacts other) =>
        other.CountByType.Any(c => c.Value > 0 && _counts.GetValueOrDefault(c.Key) > 0 && _rules.TypeOf(c.Key).Class == IdentifierClass.Person);

    /// <summary>Whether the union breaks a limit anew: a side that is over a limit already (it was tightened later) may stay so.</summary>
    public bool BreaksLimitWith(CustomerFacts other)
    {
        if (_rules.OnFullProfile == FullProfileRule.Refuse && Breaks(_total, other.IdentifierCount, _rules.MaxIdentifiersPerProfile)) return true;
        foreach (var (name, count) in other.CountByType)
        {
            var type = _rules.TypeOf(name);
            if (Breaks(_counts.GetValueOrDefault(name), count, type.MaxPerProfile)) return true;
            if (type.Window is { } window && Breaks(CountIn(window, name), NewIn(window, other, name), window.Max)) return true;
        }

        return false;
    }

    private static bool Breaks(int mine, int theirs, int max) => mine > 0 && theirs > 0 && mine + theirs > max;

    private bool Holds(Identifier identifier) =>
        _added.Contains(identifier) || Members.Exists(m => m.Identifiers.Any(o => o.Identifier == identifier) && !_gone.Contains(identifier));

    private int CountIn(WindowLimit window, string type) => Members.Sum(m => NewIn(window, m, type)) + _added.Count(a => a.Type == type);

    /// <summary>Those linked within the window before or after the event: a late one is not judged by what came long after it.</summary>
    private int NewIn(WindowLimit window, CustomerFacts facts, string type)
    {
        var spanMs = (long)window.Span.TotalMilliseconds;
        return facts.Identifiers.Count(o => o.Identifier.Type == type && Math.Abs(o.LinkedAtMs - _event.OrderMs) < spanMs);
    }
}
