using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>What units and erasures both do with owners.</summary>
internal sealed class OwnerRows(Database database)
{
    private readonly Statement select = database.Prepare(
        "SELECT epoch_stream, epoch_version FROM identifiers WHERE workspace=?1 AND type=?2 AND value=?3");
    private readonly Statement delete = database.Prepare("DELETE FROM identifiers WHERE workspace=?1 AND type=?2 AND value=?3");

    /// <summary>The epoch that set the present owner, null without one.</summary>
    public Epoch? Epoch(string workspace, Identifier identifier)
    {
        try
        {
            return select.Bind(1, workspace).Bind(2, identifier.Type).Bind(3, identifier.Value).Step()
                ? new Epoch(select.Id(0), select.Int64(1))
                : null;
        }
        finally
        {
            select.Reset();
        }
    }

    public void Delete(string workspace, Identifier identifier) =>
        delete.Bind(1, workspace).Bind(2, identifier.Type).Bind(3, identifier.Value).Run();
}
