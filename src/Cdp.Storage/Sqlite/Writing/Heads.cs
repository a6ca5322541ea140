using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Ends of streams as the writer sees them, its own uncommitted work included.</summary>
internal sealed class Heads(Database database, HeadCache cache)
{
    private readonly Statement last = database.Prepare(
        "SELECT version, kind FROM journal WHERE workspace=?1 AND stream=?2 ORDER BY version DESC LIMIT 1");
    private readonly Statement snapshot = database.Prepare("SELECT version FROM profiles WHERE workspace=?1 AND customer=?2");

    public Head Get(string workspace, CustomerId stream)
    {
        if (cache.TryGet(workspace, stream, out var head)) return head;
        head = Read(workspace, stream);
        cache.Set(workspace, stream, head);
        return head;
    }

    public void Set(string workspace, CustomerId stream, Head head) => cache.Set(workspace, stream, head);

    public void Forget() => cache.Clear();

    /// <summary>The version of the stored snapshot, 0 when there is none.</summary>
    public long SnapshotVersion(string workspace, CustomerId stream)
    {
        try
        {
            return snapshot.Bind(1, workspace).Bind(2, stream).Step() ? snapshot.Int64(0) : 0;
        }
        finally
        {
            snapshot.Reset();
        }
    }

    // Retention may have removed the last records; the snapshot that covers them keeps the chain of versions.
    private Head Read(string workspace, CustomerId stream)
    {
        var head = default(Head);
        try
        {
            if (last.Bind(1, workspace).Bind(2, stream).Step()) head = new Head(last.Int64(0), (RecordKind)last.Int64(1));
        }
        finally
        {
            last.Reset();
        }
        var covered = SnapshotVersion(workspace, stream);
        return covered > head.Version ? new Head(covered, RecordKind.None) : head;
    }
}
