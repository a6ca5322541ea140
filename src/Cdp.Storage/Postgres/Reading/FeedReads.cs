using Cdp.Core.Journal.Index;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>
/// Feeds, by topic. Entries are shown when every transaction below their epoch has ended: none that is still to be shown can then stand before them
/// (docs/adr/0012-feed-cursor.md).
/// </summary>
internal static class FeedReads
{
    // The lowest number of a transaction that runs.
    private const string Running = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    /// <summary>A page: workspace, topic, behind which epoch and number, how many, the feed's base.</summary>
    public const string Page = $"""
        SELECT epoch, number, at, body FROM feed
        WHERE workspace=$1 AND topic=$2 AND (epoch, number)>($3, $4) AND epoch<$6+(SELECT {Running}) ORDER BY epoch, number LIMIT $5
        """;
    private const string End = $"SELECT $1+{Running}-1";

    public static ValueTask<IReadOnlyList<FeedRow>> ReadAsync(
        Reads reads, string workspace, string topic, FeedPlace after, int limit, long feedBase, CancellationToken cancellationToken) => reads.AllAsync(
        Page,
        p => p.With(workspace).With(topic).With(after.Epoch).With(after.Number).With((long)limit).With(feedBase),
        static r => new FeedRow(new(r.GetInt64(0), r.GetInt64(1)), r.GetInt64(2), r.GetFieldValue<byte[]>(3)),
        cancellationToken);

    /// <summary>Behind all that is shown, and before all that is still to be shown.</summary>
    public static async ValueTask<FeedPlace> EndAsync(Reads reads, long feedBase, CancellationToken cancellationToken) =>
        new((await reads.AllAsync(End, p => p.With(feedBase), static r => r.GetInt64(0), cancellationToken))[0], long.MaxValue);
}
