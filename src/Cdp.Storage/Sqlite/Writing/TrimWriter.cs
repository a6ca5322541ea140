using Cdp.Core.Identity;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Removes old events of one stream inside a transaction.</summary>
internal sealed class TrimWriter(Database database, Heads heads)
{
    private const string Old = "FROM journal WHERE workspace=?1 AND stream=?2 AND version<=?3 AND kind=1 AND time<?4";

    private readonly Statement deleteBodies = database.Prepare($"DELETE FROM bodies WHERE id IN (SELECT body {Old})");
    private readonly Statement deleteRows = database.Prepare("DELETE " + Old);

    /// <summary>Removes the events before a moment that the stored snapshot contains; it also stands for the stream's version from now on.</summary>
    public long Apply(string workspace, CustomerId stream, long beforeMs)
    {
        var covered = heads.SnapshotVersion(workspace, stream);
        if (covered == 0) return 0;
        deleteBodies.Bind(1, workspace).Bind(2, stream).Bind(3, covered).Bind(4, beforeMs).Run();
        deleteRows.Bind(1, workspace).Bind(2, stream).Bind(3, covered).Bind(4, beforeMs).Run();
        return database.Changes();
    }
}
