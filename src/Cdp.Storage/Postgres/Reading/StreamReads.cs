using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Whole streams: snapshot and tail.</summary>
internal static class StreamReads
{
    // The row without a time is the snapshot.
    private const string Sql = """
        WITH snapshot AS (SELECT version, state FROM profiles WHERE workspace=$1 AND customer=$2 AND version<=$3)
        SELECT version, NULL::bigint AS time, NULL::smallint AS kind, state AS body FROM snapshot
        UNION ALL
        (SELECT version, time, kind, body FROM journal
        WHERE workspace=$1 AND stream=$2 AND version>coalesce((SELECT version FROM snapshot), 0) AND version<=$3 ORDER BY version)
        """;

    private const string Rows = """
        SELECT version, time, kind, body FROM journal WHERE workspace=$1 AND stream=$2 AND version>$3 ORDER BY version LIMIT $4
        """;

    private const string Versions = """
        SELECT k.ord, s.version FROM unnest($2) WITH ORDINALITY AS k(stream, ord) JOIN streams s ON s.workspace=$1 AND s.stream=k.stream
        """;

    public static ValueTask<IReadOnlyList<long>> VersionsAsync(
        Reads reads, string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken) =>
        reads.RunAsync<(string, IReadOnlyList<CustomerId> Streams), IReadOnlyList<long>>(
            Versions,
            (workspace, streams),
            static (p, s) => p.With(s.Item1).With(s.Streams, static id => id.Value),
            static async (reader, s, token) =>
            {
                var versions = new long[s.Streams.Count];
                while (await reader.ReadAsync(token)) versions[reader.GetInt64(0) - 1] = reader.GetInt64(1);
                return versions;
            },
            cancellationToken);

    public static ValueTask<IReadOnlyList<JournalRow>> ReadAsync(
        Reads reads, string workspace, CustomerId stream, long after, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync<(string, CustomerId Stream, long, int), IReadOnlyList<JournalRow>>(
            Rows,
            (workspace, stream, after, limit),
            static (p, s) => p.With(s.Item1).With(s.Stream.Value).With(s.Item3).With((long)s.Item4),
            static async (reader, s, token) =>
            {
                var rows = new List<JournalRow>();
                while (await reader.ReadAsync(token))
                {
                    var body = await Reads.BytesAsync(reader, 3, token);
                    rows.Add(new(s.Stream, reader.GetInt64(0), (RecordKind)reader.GetInt16(2), reader.GetInt64(1), body));
                }
                return rows;
            },
            cancellationToken);

    public static ValueTask<StreamLoad?> LoadAsync(
        Reads reads, string workspace, CustomerId stream, long upTo, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Sql,
            (workspace, stream, upTo),
            static (p, s) => p.With(s.workspace).With(s.stream.Value).With(s.upTo),
            static async (reader, s, token) =>
            {
                StoredSnapshot? snapshot = null;
                var rows = new List<JournalRow>();
                while (await reader.ReadAsync(token))
                {
                    var body = await Reads.BytesAsync(reader, 3, token);
                    if (await reader.IsDBNullAsync(1, token)) snapshot = new(s.stream, reader.GetInt64(0), body);
                    else rows.Add(new(s.stream, reader.GetInt64(0), (RecordKind)reader.GetInt16(2), reader.GetInt64(1), body));
                }
                return snapshot is null && rows.Count == 0 ? null : new StreamLoad(snapshot, rows);
            },
            cancellationToken);
}
