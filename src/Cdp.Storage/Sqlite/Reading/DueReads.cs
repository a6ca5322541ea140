using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Who is due, without versions, which the writer knows. Those that a claimer has stand at the front until it is done with them: a walk passes over them, as many as are under way.</summary>
internal sealed class DueReads(Database database)
{
    private readonly Statement due = database.Prepare("SELECT workspace, customer, at FROM due WHERE at<=?1 AND leased_until<=?1 ORDER BY at LIMIT ?2");

    public IReadOnlyList<DueCustomer> Due(long nowMs, int limit) =>
        due.Bind(1, nowMs).Bind(2, limit).All(static r => new DueCustomer(r.Text(0), r.Id(1), r.Int64(2), 0));
}
