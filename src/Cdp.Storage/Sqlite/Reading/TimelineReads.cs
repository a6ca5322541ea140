using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Events by time, decisions and counts, over several streams. Orders are made from keys alone; only rows of the answer get a body.</summary>
internal sealed class TimelineReads(Database database)
{
    private readonly Statement events = database.Prepare("""
        SELECT version, time, body FROM journal
        WHERE workspace=?1 AND stream=?2 AND kind=1 AND time>=?3 AND (time<?4 OR (time=?4 AND version<?5))
        ORDER BY time DESC, version DESC LIMIT ?6
        """);
    private readonly Statement body = database.Prepare("SELECT body FROM bodies WHERE id=?1");
    private readonly Statement decisions = database.Prepare("""
        SELECT j.version, j.time, j.kind, b.body FROM journal j LEFT JOIN bodies b ON b.id=j.body
        WHERE j.workspace=?1 AND j.stream=?2 AND j.kind<>1 ORDER BY j.version
        """);
    private readonly Statement count = database.Prepare("SELECT count(*) FROM journal WHERE workspace=?1 AND stream=?2 AND kind=1");

    public IReadOnlyList<JournalRow> Events(string workspace, TimelineQuery query)
    {
        var found = new List<(TimelinePosition Place, long? Body)>();
        foreach (var stream in query.Streams.Distinct()) Collect(workspace, stream, query, found);
        found.Sort(static (a, b) => Compare(b.Place, a.Place));
        if (found.Count > query.Limit) found.RemoveRange(query.Limit, found.Count - query.Limit);
        var rows = new List<JournalRow>(found.Count);
        foreach (var (place, id) in found) rows.Add(new JournalRow(place.Stream, place.Version, RecordKind.Event, place.TimeMs, Body(id)));
        return rows;
    }

    public IReadOnlyList<JournalRow> Decisions(string workspace, IReadOnlyList<CustomerId> streams)
    {
        var rows = new List<JournalRow>();
        foreach (var stream in streams.Distinct().Order())
        {
            try
            {
                decisions.Bind(1, workspace).Bind(2, stream);
                while (decisions.Step()) rows.Add(StreamReads.Row(decisions, stream));
            }
            finally
            {
                decisions.Reset();
            }
        }
        return rows;
    }

    public long Count(string workspace, IReadOnlyList<CustomerId> streams)
    {
        var total = 0L;
        foreach (var stream in streams.Distinct())
        {
            try
            {
                if (count.Bind(1, workspace).Bind(2, stream).Step()) total += count.Int64(0);
            }
            finally
            {
                count.Reset();
            }
        }
        return total;
    }

    private void Collect(string workspace, CustomerId stream, TimelineQuery query, List<(TimelinePosition, long?)> found)
    {
        try
        {
            events.Bind(1, workspace).Bind(2, stream).Bind(3, query.SinceMs ?? long.MinValue);
            // Of the events timed as the cursor, those of lower streams come behind it, and those of its own stream with a lower version.
            var side = query.Before is { } before ? stream.CompareTo(before.Stream) : -1;
            events.Bind(4, query.Before?.TimeMs ?? long.MaxValue);
            events.Bind(5, side < 0 ? long.MaxValue : side > 0 ? 0 : query.Before!.Value.Version);
            events.Bind(6, query.Limit);
            while (events.Step())
                found.Add((new TimelinePosition(events.Int64(1), stream, events.Int64(0)), events.IsNull(2) ? null : events.Int64(2)));
        }
        finally
        {
            events.Reset();
        }
    }

    private ReadOnlyMemory<byte> Body(long? id)
    {
        if (id is not { } number) return ReadOnlyMemory<byte>.Empty;
        try
        {
            return body.Bind(1, number).Step() ? body.Blob(0) : ReadOnlyMemory<byte>.Empty;
        }
        finally
        {
            body.Reset();
        }
    }

    private static int Compare(TimelinePosition a, TimelinePosition b)
    {
        var order = a.TimeMs.CompareTo(b.TimeMs);
        if (order == 0) order = a.Stream.CompareTo(b.Stream);
        return order != 0 ? order : a.Version.CompareTo(b.Version);
    }
}
