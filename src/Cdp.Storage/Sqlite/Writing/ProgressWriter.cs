using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Reading;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Writes how far background work has come.</summary>
internal sealed class ProgressWriter(Database database)
{
    private readonly ProgressReads reads = new(database);
    private readonly Statement set = database.Prepare(
        "INSERT INTO progress(workspace, name, revision, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET revision=excluded.revision, body=excluded.body");

    /// <summary>Writes it, unless somebody else has since.</summary>
    public bool Write(string workspace, string name, long expected, ReadOnlySpan<byte> body)
    {
        if ((reads.Read(workspace, name)?.Revision ?? 0) != expected) return false;
        set.Bind(1, workspace).Bind(2, name).Bind(3, expected + 1).Bind(4, body).Run();
        return true;
    }
}
