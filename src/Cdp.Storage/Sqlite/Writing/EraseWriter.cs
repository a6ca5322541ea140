using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Erases a customer inside a transaction; the bytes go after it, see <see cref="ErasureCleanup"/>.</summary>
internal sealed class EraseWriter(Database database, Heads heads, GridWriter grid)
{
    private readonly Statement deleteBodies = database.Prepare(
        "DELETE FROM bodies WHERE id IN (SELECT body FROM journal WHERE workspace=?1 AND stream=?2)");
    private readonly Statement deleteRows = database.Prepare("DELETE FROM journal WHERE workspace=?1 AND stream=?2");
    private readonly Statement deleteSnapshot = database.Prepare("DELETE FROM profiles WHERE workspace=?1 AND customer=?2");
    private readonly Statement tombstone = database.Prepare(
        "INSERT INTO journal(workspace, stream, version, time, kind) VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement remember = database.Prepare("""
        INSERT INTO erasures(workspace, hash, at, suppress) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET at=excluded.at, suppress=excluded.suppress WHERE excluded.at >= erasures.at
        """);
    private readonly Statement mark = database.Prepare("INSERT OR IGNORE INTO meta(key, value) VALUES ('scrub', 1)");
    private readonly OwnerRows owners = new(database);
    private readonly IdentifierHash hash = new(database.Bytes("SELECT value FROM meta WHERE key='erasure_key'"));

    public CommitOutcome Apply(EraseUnit unit)
    {
        foreach (var (stream, expected) in unit.Streams)
        {
            var head = heads.Get(unit.Workspace, stream);
            if (head.Version != expected || head.Last == RecordKind.Erased) return CommitOutcome.Conflict;
        }
        foreach (var (identifier, expected) in unit.Identifiers)
            if (owners.Epoch(unit.Workspace, identifier) != expected) return CommitOutcome.Conflict;

        // Should the process die before the files are scrubbed, the next start does it.
        mark.Run();
        foreach (var (stream, expected) in unit.Streams) EraseStream(unit, stream, expected);
        grid.Tell(unit.Workspace, unit.Feed);
        foreach (var (identifier, _) in unit.Identifiers)
        {
            owners.Delete(unit.Workspace, identifier);
            remember.Bind(1, unit.Workspace).Bind(2, hash.Of(identifier)).Bind(3, unit.AtMs).Bind(4, unit.Suppress ? 1 : 0).Run();
        }
        return CommitOutcome.Committed;
    }

    private void EraseStream(EraseUnit unit, CustomerId stream, long expected)
    {
        deleteBodies.Bind(1, unit.Workspace).Bind(2, stream).Run();
        deleteRows.Bind(1, unit.Workspace).Bind(2, stream).Run();
        deleteSnapshot.Bind(1, unit.Workspace).Bind(2, stream).Run();
        tombstone.Bind(1, unit.Workspace).Bind(2, stream).Bind(3, expected + 1).Bind(4, unit.AtMs).Bind(5, (long)RecordKind.Erased).Run();
        grid.Erase(unit.Workspace, stream, unit.AtMs);
        heads.Set(unit.Workspace, stream, new Head(expected + 1, RecordKind.Erased));
    }
}
