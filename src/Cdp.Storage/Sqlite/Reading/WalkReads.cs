using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Pages of whole tables, by their keys: each page starts where the last one ended, whatever the size of the table.</summary>
internal sealed class WalkReads(Database database)
{
    private readonly Statement owners = database.Prepare("""
        SELECT type, value, customer FROM identifiers WHERE workspace=?1 AND (type, value)>(?2, ?3) ORDER BY type, value LIMIT ?4
        """);

    private readonly Statement decisions = database.Prepare("""
        SELECT j.version, j.time, j.kind, b.body, j.stream FROM journal j LEFT JOIN bodies b ON b.id=j.body
        WHERE j.workspace=?1 AND (j.stream, j.version)>(?2, ?3) AND j.kind IN (2, 4) ORDER BY j.stream, j.version LIMIT ?4
        """);

    public IReadOnlyList<OwnerRow> Owners(string workspace, Identifier? after, int limit)
    {
        var found = new List<OwnerRow>();
        try
        {
            owners.Bind(1, workspace).Bind(2, after?.Type ?? "").Bind(3, after?.Value ?? "").Bind(4, limit);
            // As bytes: a value may hold U+0000, where a text would end.
            while (owners.Step()) found.Add(new(new(owners.Text(0), Encoding.UTF8.GetString(owners.Blob(1))), owners.Id(2)));
        }
        finally
        {
            owners.Reset();
        }

        return found;
    }

    public IReadOnlyList<JournalRow> Decisions(string workspace, RecordPlace? after, int limit)
    {
        var found = new List<JournalRow>();
        try
        {
            decisions.Bind(1, workspace).Bind(3, after?.Version ?? 0).Bind(4, limit);
            if (after is { } last) decisions.Bind(2, last.Stream);
            else decisions.Bind(2, ReadOnlySpan<byte>.Empty);
            while (decisions.Step()) found.Add(StreamReads.Row(decisions, decisions.Id(4)));
        }
        finally
        {
            decisions.Reset();
        }

        return found;
    }
}
