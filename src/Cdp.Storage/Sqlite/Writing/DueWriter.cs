using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Reading;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Who is to be looked at when.</summary>
internal sealed class DueWriter(Database database)
{
    private readonly Statement set = database.Prepare("""
        INSERT INTO due(workspace, customer, at, leased_until) VALUES (?1, ?2, ?3, 0)
        ON CONFLICT DO UPDATE SET at=excluded.at, leased_until=0
        """);
    private readonly Statement wake = database.Prepare("""
        INSERT INTO due(workspace, customer, at, leased_until) VALUES (?1, ?2, ?3, 0)
        ON CONFLICT DO UPDATE SET at=excluded.at, leased_until=0 WHERE excluded.at<due.at
        """);
    private readonly Statement clear = database.Prepare("DELETE FROM due WHERE workspace=?1 AND customer=?2");
    private readonly Statement lease = database.Prepare("UPDATE due SET leased_until=?3 WHERE workspace=?1 AND customer=?2");
    private readonly Statement at = database.Prepare("SELECT at FROM due WHERE workspace=?1 AND customer=?2");
    private readonly DueReads reads = new(database);

    public void Set(string workspace, CustomerId stream, long? atMs)
    {
        if (atMs is { } time) set.Bind(1, workspace).Bind(2, stream).Bind(3, time).Run();
        else clear.Bind(1, workspace).Bind(2, stream).Run();
    }

    public void Wake(string workspace, Wake call) => wake.Bind(1, workspace).Bind(2, call.Stream).Bind(3, call.AtMs).Run();

    /// <summary>Gives those that are due to a claimer.</summary>
    public IReadOnlyList<DueCustomer> Claim(long nowMs, long leaseMs, int limit)
    {
        var claimed = reads.Due(nowMs, limit);
        foreach (var due in claimed) lease.Bind(1, due.Workspace).Bind(2, due.Stream).Bind(3, nowMs + leaseMs).Run();
        return claimed;
    }

    /// <summary>Says when a claimed one is due next, unless its time is not the claimed one any more.</summary>
    public void Reschedule(DueCustomer due, long? nextMs)
    {
        if (at.Bind(1, due.Workspace).Bind(2, due.Stream).All(static r => r.Int64(0)) is [var stored] && stored == due.AtMs) Set(due.Workspace, due.Stream, nextMs);
    }
}
