using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Whole streams: snapshot and tail.</summary>
internal sealed class StreamReads(Database database)
{
    private readonly Statement snapshot = database.Prepare(
        "SELECT version, state FROM profiles WHERE workspace=?1 AND customer=?2 AND version<=?3");
    private readonly Statement tail = database.Prepare("""
        SELECT j.version, j.time, j.kind, b.body FROM journal j LEFT JOIN bodies b ON b.id=j.body
        WHERE j.workspace=?1 AND j.stream=?2 AND j.version>?3 AND j.version<=?4 ORDER BY j.version LIMIT ?5
        """);

    // Retention may have removed the last records; the snapshot that covers them keeps the chain of versions.
    private readonly Statement last = database.Prepare("""
        SELECT max(
            coalesce((SELECT version FROM journal WHERE workspace=?1 AND stream=?2 ORDER BY version DESC LIMIT 1), 0),
            coalesce((SELECT version FROM profiles WHERE workspace=?1 AND customer=?2), 0))
        """);

    public StreamLoad? Load(string workspace, CustomerId stream, long upTo)
    {
        var stored = Snapshot(workspace, stream, upTo);
        var rows = Rows(workspace, stream, stored?.Version ?? 0, upTo, long.MaxValue);
        return stored is null && rows.Count == 0 ? null : new StreamLoad(stored, rows);
    }

    public IReadOnlyList<JournalRow> Read(string workspace, CustomerId stream, long after, int limit) => Rows(workspace, stream, after, long.MaxValue, limit);

    public IReadOnlyList<long> Versions(string workspace, IReadOnlyList<CustomerId> streams)
    {
        var versions = new long[streams.Count];
        for (var i = 0; i < versions.Length; i++)
        {
            try
            {
                versions[i] = last.Bind(1, workspace).Bind(2, streams[i]).Step() ? last.Int64(0) : 0;
            }
            finally
            {
                last.Reset();
            }
        }
        return versions;
    }

    private List<JournalRow> Rows(string workspace, CustomerId stream, long after, long upTo, long limit)
    {
        var rows = new List<JournalRow>();
        try
        {
            tail.Bind(1, workspace).Bind(2, stream).Bind(3, after).Bind(4, upTo).Bind(5, limit);
            while (tail.Step()) rows.Add(Row(tail, stream));
        }
        finally
        {
            tail.Reset();
        }
        return rows;
    }

    /// <summary>A row out of the columns version, time, kind, body.</summary>
    public static JournalRow Row(Statement row, CustomerId stream) => new(
        stream, row.Int64(0), (RecordKind)row.Int64(2), row.Int64(1), row.IsNull(3) ? ReadOnlyMemory<byte>.Empty : row.Blob(3));

    private StoredSnapshot? Snapshot(string workspace, CustomerId stream, long upTo)
    {
        try
        {
            return snapshot.Bind(1, workspace).Bind(2, stream).Bind(3, upTo).Step()
                ? new StoredSnapshot(stream, snapshot.Int64(0), snapshot.Blob(1))
                : null;
        }
        finally
        {
            snapshot.Reset();
        }
    }
}
