using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>A key and what a group makes of it.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Stream">The customer.</param>
internal readonly record struct CustomerKey(string Workspace, CustomerId Stream) : IComparable<CustomerKey>
{
    public int CompareTo(CustomerKey other) => LockOrder.Compare(Workspace, Stream, other.Workspace, other.Stream);
}

/// <summary>When a customer is due behind a group.</summary>
/// <param name="AtMs">Unix milliseconds; null when it is not.</param>
/// <param name="IsWake">True when an earlier time that is stored stays.</param>
internal readonly record struct DueChange(long? AtMs, bool IsWake);

/// <summary>A row of <c>memberships</c>.</summary>
internal readonly record struct MembershipRow(CustomerKey Key, string Audience, long SinceMs);

/// <summary>
/// What a group changes of the index, the feed and the outbox, decided without I/O from the memberships that are stored. Rows come out in the order of
/// their keys, in which every process writes them.
/// </summary>
internal sealed class GridPlan
{
    private readonly SortedDictionary<CustomerKey, Dictionary<string, long>> stored = [];
    private readonly Dictionary<CustomerKey, Dictionary<string, long>> present = [];
    private readonly SortedDictionary<CustomerKey, DueChange> due = [];
    private readonly Dictionary<(string Workspace, string Audience, long HourMs), long> sizes = [];

    /// <summary>Names the customers whose memberships the group can change.</summary>
    public GridPlan(IEnumerable<CommitWork> group)
    {
        foreach (var unit in group.Select(static w => w.Unit))
        {
            foreach (var index in unit.Index) stored.TryAdd(new(unit.Workspace, index.Stream), new(StringComparer.Ordinal));
            foreach (var append in unit.Appends)
                if (append.Entries[^1].Kind.IsTerminal()) stored.TryAdd(new(unit.Workspace, append.Stream), new(StringComparer.Ordinal));
        }
    }

    /// <summary>Whose memberships have to be read.</summary>
    public IReadOnlyCollection<CustomerKey> Customers => stored.Keys;

    public List<(string Workspace, FeedEntry Entry)> Feed { get; } = [];

    public List<(string Workspace, OutboxMessage Message)> Outbox { get; } = [];

    public List<(string Workspace, RecordPlace Place)> Superseded { get; } = [];

    public IReadOnlyList<KeyValuePair<CustomerKey, DueChange>> Due => [.. due];

    /// <summary>Rows that are new or say another time.</summary>
    public IReadOnlyList<MembershipRow> Entered => [.. Differences(present, stored, static (known, since) => known != since)];

    /// <summary>Rows that are to go.</summary>
    public IReadOnlyList<MembershipRow> Left => [.. Differences(stored, present, static (_, _) => false)];

    /// <summary>What is added to the sizes.</summary>
    public IReadOnlyList<KeyValuePair<(string Workspace, string Audience, long HourMs), long>> Sizes =>
    [
        .. sizes.OrderBy(static s => s.Key.Workspace, StringComparer.Ordinal).ThenBy(static s => s.Key.Audience, StringComparer.Ordinal)
            .ThenBy(static s => s.Key.HourMs),
    ];

    /// <summary>Takes a stored row.</summary>
    public void Read(CustomerKey key, string audience, long sinceMs) => stored[key][audience] = sinceMs;

    /// <summary>Begins to decide.</summary>
    public void Begin()
    {
        foreach (var (key, memberships) in stored) present[key] = new(memberships, StringComparer.Ordinal);
    }

    /// <summary>Takes a unit that met no conflict.</summary>
    public void Apply(UnitOfWork unit)
    {
        var workspace = unit.Workspace;
        foreach (var append in unit.Appends)
            if (append.Entries[^1] is var last && last.Kind.IsTerminal()) Set(workspace, new(append.Stream, [], null, last.TimeMs));
        foreach (var index in unit.Index) Set(workspace, index);
        foreach (var wake in unit.Wakes) Wake(new(workspace, wake.Stream), wake.AtMs);
        foreach (var place in unit.Superseded) Superseded.Add((workspace, place));
        foreach (var message in unit.Outbox) Outbox.Add((workspace, message));
        foreach (var entry in unit.Feed) Feed.Add((workspace, entry));
    }

    private void Set(string workspace, CustomerIndex index)
    {
        var key = new CustomerKey(workspace, index.Stream);
        var before = present[key];
        var next = index.Memberships.ToDictionary(static m => m.Audience, static m => m.SinceMs, StringComparer.Ordinal);
        foreach (var audience in before.Keys)
            if (!next.ContainsKey(audience)) Count(workspace, audience, index.AtMs, -1);
        foreach (var audience in next.Keys)
            if (!before.ContainsKey(audience)) Count(workspace, audience, index.AtMs, 1);
        present[key] = next;
        due[key] = new(index.DueAtMs, false);
    }

    // A wake behind what a unit of the group has said is decided here; one behind nothing is decided by the row.
    private void Wake(CustomerKey key, long atMs)
    {
        if (!due.TryGetValue(key, out var change)) due[key] = new(atMs, true);
        else if (change.AtMs is not { } at || atMs < at) due[key] = change with { AtMs = atMs };
    }

    private void Count(string workspace, string audience, long atMs, int delta)
    {
        var key = (workspace, audience, atMs - (atMs % JournalRules.HourMs));
        sizes[key] = sizes.GetValueOrDefault(key) + delta;
    }

    private IEnumerable<MembershipRow> Differences(
        IDictionary<CustomerKey, Dictionary<string, long>> of, IDictionary<CustomerKey, Dictionary<string, long>> from, Func<long, long, bool> differs)
    {
        foreach (var key in stored.Keys)
        {
            foreach (var (audience, since) in of[key].OrderBy(static m => m.Key, StringComparer.Ordinal))
                if (!from[key].TryGetValue(audience, out var known) || differs(known, since)) yield return new(key, audience, since);
        }
    }
}
