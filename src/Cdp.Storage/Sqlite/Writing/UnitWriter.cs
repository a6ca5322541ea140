using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Applies one unit inside the group's transaction: checks all of it before it writes any of it, so that a conflict leaves no trace.</summary>
internal sealed class UnitWriter(Database database, Heads heads, BodyWriter bodies, GridWriter grid)
{
    private readonly Statement append = database.Prepare(
        "INSERT INTO journal(workspace, stream, version, time, kind, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    private readonly Statement setOwner = database.Prepare("""
        INSERT INTO identifiers(workspace, type, value, customer, epoch_stream, epoch_version, linked_at, last_seen, source)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT DO UPDATE SET customer=excluded.customer, epoch_stream=excluded.epoch_stream, epoch_version=excluded.epoch_version,
            linked_at=excluded.linked_at, last_seen=excluded.last_seen, source=excluded.source
        """);
    private readonly Statement deleteBody = database.Prepare(
        "DELETE FROM bodies WHERE id=(SELECT body FROM journal WHERE workspace=?1 AND stream=?2 AND version=?3 AND (kind=1 OR ?4))");
    private readonly Statement deleteRecord = database.Prepare("DELETE FROM journal WHERE workspace=?1 AND stream=?2 AND version=?3 AND (kind=1 OR ?4)");
    private readonly Statement deleteSnapshot = database.Prepare("DELETE FROM profiles WHERE workspace=?1 AND customer=?2");
    private readonly OwnerRows owners = new(database);

    /// <summary>Applies it.</summary>
    /// <returns>What it met; null when it is written.</returns>
    public ConflictKind? Apply(UnitOfWork unit)
    {
        foreach (var append in unit.Appends)
        {
            var head = heads.Get(unit.Workspace, append.Stream);
            if (!append.MayFollow(head.Version, head.Last)) return ConflictKind.Terminal;
            if (head.Version != append.ExpectedVersion) return ConflictKind.Version;
        }
        foreach (var change in unit.Ownership)
            if (owners.Epoch(unit.Workspace, change.Identifier) != change.Expected) return ConflictKind.Epoch;

        foreach (var stream in unit.Appends) Append(unit.Workspace, stream);
        foreach (var removal in unit.Removals) Remove(unit.Workspace, removal);
        foreach (var place in unit.Superseded) Remove(unit.Workspace, place, anyKind: true);
        grid.Write(unit);
        foreach (var change in unit.Ownership) Change(unit.Workspace, change);
        return null;
    }

    private void Append(string workspace, StreamAppend stream)
    {
        append.Bind(1, workspace).Bind(2, stream.Stream);
        var version = stream.ExpectedVersion;
        var kind = RecordKind.None;
        for (var i = 0; i < stream.Entries.Count; i++)
        {
            var entry = stream.Entries[i];
            kind = entry.Kind;
            append.Bind(3, ++version).Bind(4, entry.TimeMs).Bind(5, (long)kind);
            if (entry.Body.IsEmpty) append.BindNull(6);
            else append.Bind(6, bodies.Write(entry.Body.Span));
            append.Run();
        }
        heads.Set(workspace, stream.Stream, new Head(version, kind));
    }

    private void Remove(string workspace, EventRemoval removal)
    {
        foreach (var version in removal.Versions) Remove(workspace, new(removal.Stream, version), anyKind: false);
        deleteSnapshot.Bind(1, workspace).Bind(2, removal.Stream).Run();
    }

    private void Remove(string workspace, RecordPlace place, bool anyKind)
    {
        deleteBody.Bind(1, workspace).Bind(2, place.Stream).Bind(3, place.Version).Bind(4, anyKind ? 1 : 0).Run();
        deleteRecord.Bind(1, workspace).Bind(2, place.Stream).Bind(3, place.Version).Bind(4, anyKind ? 1 : 0).Run();
    }

    private void Change(string workspace, OwnershipChange change)
    {
        if (change.Owner is not { } owner)
        {
            owners.Delete(workspace, change.Identifier);
            return;
        }
        setOwner.Bind(1, workspace).Bind(2, change.Identifier.Type).Bind(3, change.Identifier.Value).Bind(4, owner)
            .Bind(5, change.Next.Stream).Bind(6, change.Next.Version).Bind(7, change.LinkedAtMs).Bind(8, change.LastSeenMs)
            .Bind(9, change.Source).Run();
    }
}
