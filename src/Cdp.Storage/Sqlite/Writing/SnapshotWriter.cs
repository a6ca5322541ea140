using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Stores snapshots inside a transaction.</summary>
internal sealed class SnapshotWriter(Database database, Heads heads)
{
    private readonly Statement upsert = database.Prepare("""
        INSERT INTO profiles(workspace, customer, version, state) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET version=excluded.version, state=excluded.state WHERE excluded.version >= profiles.version
        """);

    /// <summary>Stores one, unless its stream was erased or never got to the version that it claims.</summary>
    public void Write(string workspace, StoredSnapshot snapshot)
    {
        var head = heads.Get(workspace, snapshot.Stream);
        if (head.Last == RecordKind.Erased || head.Version < snapshot.Version) return;
        upsert.Bind(1, workspace).Bind(2, snapshot.Stream).Bind(3, snapshot.Version).Bind(4, snapshot.State.Span).Run();
    }
}
