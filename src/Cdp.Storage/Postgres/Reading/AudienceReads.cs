using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Sizes, members and overlaps of audiences.</summary>
internal static class AudienceReads
{
    private const string Sizes = """
        SELECT audience, sum(delta)::bigint FROM audience_sizes WHERE workspace=$1 GROUP BY audience HAVING sum(delta)<>0 ORDER BY audience
        """;
    private const string History = """
        SELECT hour, members FROM (
            SELECT hour, (sum(sum(delta)) OVER (ORDER BY hour))::bigint AS members FROM audience_sizes WHERE workspace=$1 AND audience=$2 GROUP BY hour) h
        WHERE hour+$4>$3 ORDER BY hour
        """;

    /// <summary>A page of members: workspace, audience, behind which customer, how many.</summary>
    public const string Members = """
        SELECT customer, since FROM memberships WHERE workspace=$1 AND audience=$2 AND customer>$3 ORDER BY customer LIMIT $4
        """;
    private const string FirstMembers = "SELECT customer, since FROM memberships WHERE workspace=$1 AND audience=$2 ORDER BY customer LIMIT $3";
    private const string Overlap = """
        SELECT bits, count(*) FROM (
            SELECT sum(1<<(array_position($2, audience)-1))::integer AS bits FROM memberships WHERE workspace=$1 AND audience=ANY($2) GROUP BY customer) c
        GROUP BY bits ORDER BY bits
        """;

    public static ValueTask<IReadOnlyList<AudienceSize>> SizesAsync(Reads reads, string workspace, CancellationToken cancellationToken) =>
        reads.AllAsync(Sizes, p => p.With(workspace), static r => new AudienceSize(r.GetString(0), r.GetInt64(1)), cancellationToken);

    public static ValueTask<IReadOnlyList<SizeInHour>> HistoryAsync(
        Reads reads, string workspace, string audience, long sinceMs, CancellationToken cancellationToken) => reads.AllAsync(
        History,
        p => p.With(workspace).With(audience).With(sinceMs).With(JournalRules.HourMs),
        static r => new SizeInHour(r.GetInt64(0), r.GetInt64(1)),
        cancellationToken);

    public static ValueTask<IReadOnlyList<Member>> MembersAsync(
        Reads reads, string workspace, string audience, CustomerId? after, int limit, CancellationToken cancellationToken) => reads.AllAsync(
        after is null ? FirstMembers : Members,
        p =>
        {
            p.With(workspace).With(audience);
            if (after is { } customer) p.With(customer.Value);
            p.With((long)limit);
        },
        static r => new Member(new(r.GetGuid(0)), r.GetInt64(1)),
        cancellationToken);

    public static ValueTask<IReadOnlyList<OverlapCount>> OverlapAsync(
        Reads reads, string workspace, IReadOnlyList<string> audiences, CancellationToken cancellationToken) => reads.AllAsync(
        Overlap,
        p => p.With(workspace).With(audiences.ToArray()),
        static r => new OverlapCount(r.GetInt32(0), r.GetInt64(1)),
        cancellationToken,
        isLong: true);
}
