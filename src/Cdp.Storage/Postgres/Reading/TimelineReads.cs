using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Events by time, decisions and counts, over several streams.</summary>
internal static class TimelineReads
{
    // Each stream gives at most a page, and the page is the newest of all of them.
    private const string Events = """
        SELECT e.stream, e.version, e.kind, e.time, e.body FROM unnest($2) AS s(stream) CROSS JOIN LATERAL (
            SELECT stream, version, kind, time, body FROM journal
            WHERE workspace=$1 AND stream=s.stream AND kind=1 AND time>=$3 AND (time, stream, version)<($4, $5, $6)
            ORDER BY time DESC, version DESC LIMIT $7) e
        ORDER BY e.time DESC, e.stream DESC, e.version DESC LIMIT $7
        """;

    // For each stream only its own partition is looked into, and OFFSET leaves the server no other way, also with a plan that it made when the tables
    // were empty.
    private const string Decisions = """
        SELECT j.stream, j.version, j.kind, j.time, j.body FROM unnest($2) AS s(stream) CROSS JOIN LATERAL (
            SELECT stream, version, kind, time, body FROM journal WHERE workspace=$1 AND stream=s.stream AND kind<>1 OFFSET 0) j
        ORDER BY j.stream, j.version
        """;
    private const string Count = """
        SELECT coalesce(sum(j.events), 0)::bigint FROM unnest($2) AS s(stream) CROSS JOIN LATERAL (
            SELECT count(*) AS events FROM journal WHERE workspace=$1 AND stream=s.stream AND kind=1) j
        """;

    private static readonly TimelinePosition Newest = new(long.MaxValue, new CustomerId(Guid.AllBitsSet), long.MaxValue);

    public static ValueTask<IReadOnlyList<JournalRow>> EventsAsync(
        Reads reads, string workspace, TimelineQuery query, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Events,
            (workspace, query),
            static (p, s) =>
            {
                var before = s.query.Before ?? Newest;
                p.With(s.workspace).With(Distinct(s.query.Streams)).With(s.query.SinceMs ?? long.MinValue)
                    .With(before.TimeMs).With(before.Stream.Value).With(before.Version).With((long)s.query.Limit);
            },
            static (reader, _, token) => RowsAsync(reader, token),
            cancellationToken);

    public static ValueTask<IReadOnlyList<JournalRow>> DecisionsAsync(
        Reads reads, string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Decisions,
            (workspace, streams),
            static (p, s) => p.With(s.workspace).With(Distinct(s.streams)),
            static (reader, _, token) => RowsAsync(reader, token),
            cancellationToken);

    public static ValueTask<long> CountAsync(Reads reads, string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Count,
            (workspace, streams),
            static (p, s) => p.With(s.workspace).With(Distinct(s.streams)),
            static async (reader, _, token) => await reader.ReadAsync(token) ? reader.GetInt64(0) : 0,
            cancellationToken);

    private static Guid[] Distinct(IReadOnlyList<CustomerId> streams) => [.. streams.Select(static s => s.Value).Distinct()];

    /// <summary>Rows out of the columns stream, version, kind, time, body.</summary>
    public static async Task<IReadOnlyList<JournalRow>> RowsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<JournalRow>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new(
                new CustomerId(reader.GetGuid(0)),
                reader.GetInt64(1),
                (RecordKind)reader.GetInt16(2),
                reader.GetInt64(3),
                await Reads.BytesAsync(reader, 4, cancellationToken)));
        return rows;
    }
}
