using Cdp.Core.Definitions;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Reading;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Writes definitions inside a transaction. There is one writer, so that changes need no lock to follow each other.</summary>
internal sealed class DefinitionWriter(Database database)
{
    private readonly DefinitionReads reads = new(database);

    private readonly Statement count = database.Prepare(
        "INSERT INTO definition_changes(workspace, latest) VALUES (?1, 1) ON CONFLICT DO UPDATE SET latest=latest+1 RETURNING latest");

    private readonly Statement insert = database.Prepare(
        "INSERT INTO definitions(workspace, kind, name, version, change, body, at, by, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");

    /// <summary>Writes a version, or finds why not.</summary>
    public DefinitionOutcome Apply(DefinitionWrite write)
    {
        var latest = reads.Latest(write.Workspace, write.Kind, write.Name);
        var status = DefinitionRules.Judge(write, latest?.Version ?? 0, latest is { IsDeleted: true });
        if (status != DefinitionStatus.Written) return new(status, latest);
        var written = new Definition(
            write.Workspace, write.Kind, write.Name, (latest?.Version ?? 0) + 1, NextChange(write.Workspace), (byte[]?)write.Body?.Clone(), write.AtMs, write.By, write.Reason);
        Insert(written);
        return new(status, written);
    }

    private long NextChange(string workspace)
    {
        count.Bind(1, workspace).Step();
        try
        {
            return count.Int64(0);
        }
        finally
        {
            count.Reset();
        }
    }

    private void Insert(Definition d)
    {
        insert.Bind(1, d.Workspace).Bind(2, d.Kind).Bind(3, d.Name).Bind(4, d.Version).Bind(5, d.Change).Bind(7, d.AtMs).Bind(8, d.By);
        if (d.Body is { } body) insert.Bind(6, body.AsSpan());
        else insert.BindNull(6);
        if (d.Reason is { } reason) insert.Bind(9, reason);
        else insert.BindNull(9);
        insert.Run();
    }
}
