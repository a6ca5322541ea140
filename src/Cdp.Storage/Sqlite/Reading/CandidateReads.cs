using Cdp.Core.Identity;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Streams that retention has work on. A walk over the journal's keys: no index on time, which every append would pay for.</summary>
internal sealed class CandidateReads(Database database)
{
    private readonly Statement scan = database.Prepare("""
        SELECT stream, max(version, coalesce((SELECT version FROM profiles p WHERE p.workspace=?1 AND p.customer=stream), 0)) FROM (
            SELECT stream, max(version) AS version, min(CASE WHEN kind=1 THEN time END) AS oldest
            FROM journal WHERE workspace=?1 AND stream>?2 GROUP BY stream)
        WHERE oldest<?3 LIMIT ?4
        """);

    public IReadOnlyList<(CustomerId, long)> Read(string workspace, long beforeMs, CustomerId? after, int limit)
    {
        var found = new List<(CustomerId, long)>();
        try
        {
            scan.Bind(1, workspace).Bind(3, beforeMs).Bind(4, limit);
            if (after is { } stream) scan.Bind(2, stream);
            else scan.Bind(2, ReadOnlySpan<byte>.Empty);
            while (scan.Step()) found.Add((scan.Id(0), scan.Int64(1)));
        }
        finally
        {
            scan.Reset();
        }
        return found;
    }
}
