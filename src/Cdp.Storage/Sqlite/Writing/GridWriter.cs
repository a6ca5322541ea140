using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>What units and erasures change of the index, the feed and the outbox, inside their transaction.</summary>
internal sealed class GridWriter(Database database)
{
    private readonly LiveCustomers customers = new(database);

    public DueWriter Due { get; } = new(database);

    public MembershipWriter Memberships { get; } = new(database);

    public ProgressWriter Progress { get; } = new(database);

    public FeedWriter Feed { get; } = new(database);

    public OutboxWriter Outbox { get; } = new(database);

    /// <summary>Writes a unit's part. One that has none costs a row when its stream is new, and nothing otherwise.</summary>
    public void Write(UnitOfWork unit)
    {
        foreach (var append in unit.Appends) Follow(unit.Workspace, append);
        foreach (var index in unit.Index)
        {
            Memberships.Set(unit.Workspace, index);
            Due.Set(unit.Workspace, index.Stream, index.DueAtMs);
        }
        foreach (var wake in unit.Wakes) Due.Wake(unit.Workspace, wake);
        foreach (var message in unit.Outbox) Outbox.Add(unit.Workspace, message);
        Tell(unit.Workspace, unit.Feed);
    }

    public void Tell(string workspace, IReadOnlyList<FeedEntry> entries)
    {
        foreach (var entry in entries) Feed.Add(workspace, entry);
    }

    /// <summary>A stream was erased.</summary>
    public void Erase(string workspace, CustomerId stream, long atMs)
    {
        Forget(workspace, stream, atMs);
        Feed.Erase(workspace, stream);
        Outbox.Erase(workspace, stream);
    }

    private void Follow(string workspace, StreamAppend append)
    {
        var last = append.Entries[^1];
        if (last.Kind.IsTerminal()) Forget(workspace, append.Stream, last.TimeMs);
        else if (append.ExpectedVersion == 0 || last.Kind == RecordKind.Restored) customers.Add(workspace, append.Stream);
    }

    private void Forget(string workspace, CustomerId stream, long atMs)
    {
        customers.Remove(workspace, stream);
        Memberships.Set(workspace, new(stream, [], null, atMs));
        Due.Set(workspace, stream, null);
    }
}
