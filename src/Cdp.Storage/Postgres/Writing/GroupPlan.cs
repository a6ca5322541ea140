using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>A row of the journal to insert.</summary>
internal readonly record struct NewRow(string Workspace, CustomerId Stream, long Version, JournalEntry Entry);

/// <summary>What a group knows of one stream: its end in the database, and its end when the group is through.</summary>
internal sealed class StreamSlot(string workspace, CustomerId stream)
{
    public string Workspace { get; } = workspace;

    public CustomerId Stream { get; } = stream;

    /// <summary>The last version in the database, 0 when there is no such stream.</summary>
    public long Stored { get; set; }

    public long Version { get; set; }

    public RecordKind Last { get; set; }
}

/// <summary>What a group knows of one identifier.</summary>
internal sealed class OwnerSlot(string workspace, Identifier identifier)
{
    public string Workspace { get; } = workspace;

    public Identifier Identifier { get; } = identifier;

    /// <summary>The epoch in the database, null when nobody owns it.</summary>
    public Epoch? Stored { get; set; }

    public Epoch? Epoch { get; set; }

    /// <summary>The last change that a unit of the group made.</summary>
    public OwnershipChange? Change { get; set; }
}

/// <summary>
/// Decides a group without I/O. First it names the rows that the group rests on, in the one order in which every process locks them; with what
/// they hold it then judges unit after unit, each on top of those before it, and says what is to be written.
/// </summary>
internal sealed class GroupPlan
{
    private readonly IReadOnlyList<CommitWork> group;
    private readonly Dictionary<(string, CustomerId), StreamSlot> streams = [];
    private readonly Dictionary<(string, Identifier), OwnerSlot> owners = [];

    public GroupPlan(IReadOnlyList<CommitWork> group)
    {
        this.group = group;
        foreach (var work in group)
        {
            var workspace = work.Unit.Workspace;
            foreach (var append in work.Unit.Appends) streams.TryAdd((workspace, append.Stream), new(workspace, append.Stream));
            foreach (var index in work.Unit.Index) streams.TryAdd((workspace, index.Stream), new(workspace, index.Stream));
            foreach (var removal in work.Unit.Removals) streams.TryAdd((workspace, removal.Stream), new(workspace, removal.Stream));
            foreach (var change in work.Unit.Ownership)
                if (!owners.ContainsKey((workspace, change.Identifier))) owners.Add((workspace, change.Identifier), new(workspace, change.Identifier));
        }
        Grid = new(group);
        Streams = [.. streams.Values];
        Owners = [.. owners.Values];
        Array.Sort(Streams, static (a, b) => LockOrder.Compare(a.Workspace, a.Stream, b.Workspace, b.Stream));
        Array.Sort(Owners, static (a, b) => LockOrder.Compare(a.Workspace, a.Identifier, b.Workspace, b.Identifier));
    }

    /// <summary>Every stream of the group, in the order of locking.</summary>
    public StreamSlot[] Streams { get; }

    /// <summary>Every identifier of the group, in the order of locking, behind all streams.</summary>
    public OwnerSlot[] Owners { get; }

    /// <summary>Whether some unit takes events out of a stream, with its snapshot: then the streams are locked against writers of snapshots as well.</summary>
    public bool Removes => group.Any(static w => w.Unit.Removals.Count > 0);

    /// <summary>What the units that met no conflict append.</summary>
    public List<NewRow> Rows { get; } = [];

    /// <summary>What the units that met no conflict remove.</summary>
    public List<(string Workspace, EventRemoval Removal)> Removals { get; } = [];

    /// <summary>What they change of the index, the feed and the outbox.</summary>
    public GridPlan Grid { get; }

    /// <summary>Judges every unit by what the slots hold, and sets its outcome.</summary>
    public void Decide()
    {
        foreach (var slot in Streams) slot.Version = slot.Stored;
        foreach (var slot in Owners) slot.Epoch = slot.Stored;
        Grid.Begin();
        foreach (var work in group)
        {
            work.Conflict = ConflictOf(work.Unit);
            if (work.Conflict is null) Apply(work.Unit);
        }
    }

    private ConflictKind? ConflictOf(UnitOfWork unit)
    {
        foreach (var append in unit.Appends)
        {
            var slot = streams[(unit.Workspace, append.Stream)];
            if (!append.MayFollow(slot.Version, slot.Last)) return ConflictKind.Terminal;
            if (slot.Version != append.ExpectedVersion) return ConflictKind.Version;
        }
        foreach (var change in unit.Ownership)
            if (owners[(unit.Workspace, change.Identifier)].Epoch != change.Expected) return ConflictKind.Epoch;
        return null;
    }

    private void Apply(UnitOfWork unit)
    {
        foreach (var append in unit.Appends)
        {
            var slot = streams[(unit.Workspace, append.Stream)];
            for (var i = 0; i < append.Entries.Count; i++) Rows.Add(new(unit.Workspace, append.Stream, ++slot.Version, append.Entries[i]));
            slot.Last = append.Entries[^1].Kind;
        }
        foreach (var removal in unit.Removals) Removals.Add((unit.Workspace, removal));
        Grid.Apply(unit);
        foreach (var change in unit.Ownership)
        {
            var slot = owners[(unit.Workspace, change.Identifier)];
            slot.Epoch = change.Owner is null ? null : change.Next;
            slot.Change = change;
        }
    }
}
