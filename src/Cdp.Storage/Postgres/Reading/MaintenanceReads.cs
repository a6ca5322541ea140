using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>What retention and operators ask.</summary>
internal static class MaintenanceReads
{
    // A walk over the streams: no index on time, which every append would pay for.
    private const string Candidates = """
        SELECT s.stream, s.version FROM streams s WHERE s.workspace=$1 AND s.stream>$2
            AND EXISTS (SELECT 1 FROM journal j WHERE j.workspace=$1 AND j.stream=s.stream AND j.kind=1 AND j.time<$3)
        ORDER BY s.stream LIMIT $4
        """;

    private const string Plain = """
        'streams', 'identifiers', 'profiles', 'erasures', 'definitions', 'definition_changes', 'due', 'memberships', 'audience_sizes', 'progress', 'feed', 'outbox',
        'deliveries'
        """;

    private const string Tables = $"""
        SELECT relid::regclass::text FROM pg_partition_tree('journal') WHERE isleaf
        UNION ALL SELECT unnest(ARRAY[{Plain}])
        """;

    // Free: what dead rows hold and the next vacuum makes usable, by the server's own estimate of them.
    private const string Sizes = $"""
        WITH ours AS (
            SELECT relid, pg_total_relation_size(relid) AS bytes, pg_relation_size(relid) AS heap FROM pg_partition_tree('journal') WHERE isleaf
            UNION ALL
            SELECT t, pg_total_relation_size(t), pg_relation_size(t)
            FROM unnest(ARRAY[{Plain}, 'feed_origin', 'meta', 'schema_versions']::regclass[]) AS t)
        SELECT sum(o.bytes)::bigint,
            (SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint FROM pg_control_checkpoint()),
            sum(o.heap * s.n_dead_tup / greatest(s.n_live_tup + s.n_dead_tup, 1))::bigint,
            (SELECT max(version) FROM schema_versions)
        FROM ours o LEFT JOIN pg_stat_user_tables s ON s.relid=o.relid
        """;

    public static ValueTask<IReadOnlyList<(CustomerId Stream, long Version)>> CandidatesAsync(
        Reads reads, string workspace, long beforeMs, CustomerId? after, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync(
            Candidates,
            (workspace, beforeMs, after, limit),
            static (p, s) => p.With(s.workspace).With(s.after?.Value ?? Guid.Empty).With(s.beforeMs).With((long)s.limit),
            static async (reader, _, token) =>
            {
                var found = new List<(CustomerId, long)>();
                while (await reader.ReadAsync(token)) found.Add((new CustomerId(reader.GetGuid(0)), reader.GetInt64(1)));
                return (IReadOnlyList<(CustomerId, long)>)found;
            },
            cancellationToken,
            isLong: true);

    public static ValueTask<IReadOnlyList<string>> TablesAsync(Reads reads, CancellationToken cancellationToken) => reads.RunAsync(
        Tables,
        0,
        static (_, _) => { },
        static async (reader, _, token) =>
        {
            var found = new List<string>();
            while (await reader.ReadAsync(token)) found.Add(reader.GetString(0));
            return (IReadOnlyList<string>)found;
        },
        cancellationToken);

    public static ValueTask<JournalSizes> SizesAsync(Reads reads, CancellationToken cancellationToken) => reads.RunAsync(
        Sizes,
        0,
        static (_, _) => { },
        static async (reader, _, token) =>
        {
            await reader.ReadAsync(token);
            return new JournalSizes(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3));
        },
        cancellationToken);
}
