using System.Globalization;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Sizes, members and overlaps of audiences.</summary>
internal sealed class AudienceReads(Database database)
{
    private readonly Statement sizes = database.Prepare(
        "SELECT audience, sum(delta) AS members FROM audience_sizes WHERE workspace=?1 GROUP BY audience HAVING members<>0 ORDER BY audience");
    private readonly Statement history = database.Prepare("""
        SELECT hour, members FROM (SELECT hour, sum(delta) OVER (ORDER BY hour) AS members FROM audience_sizes WHERE workspace=?1 AND audience=?2)
        WHERE hour+?4>?3 ORDER BY hour
        """);
    private readonly Statement members = database.Prepare(
        "SELECT customer, since FROM memberships WHERE workspace=?1 AND audience=?2 AND customer>?3 ORDER BY customer LIMIT ?4");
    private readonly Statement overlap = database.Prepare($"""
        SELECT bits, count(*) FROM (
            SELECT sum(CASE audience {Terms(static i => $"WHEN ?{i + 2} THEN {1 << i}", " ")} END) AS bits FROM memberships
            WHERE workspace=?1 AND audience IN ({Terms(static i => $"?{i + 2}", ", ")}) GROUP BY customer)
        GROUP BY bits ORDER BY bits
        """);

    public IReadOnlyList<AudienceSize> Sizes(string workspace) => sizes.Bind(1, workspace).All(static r => new AudienceSize(r.Text(0), r.Int64(1)));

    public IReadOnlyList<SizeInHour> History(string workspace, string audience, long sinceMs) =>
        history.Bind(1, workspace).Bind(2, audience).Bind(3, sinceMs).Bind(4, JournalRules.HourMs).All(static r => new SizeInHour(r.Int64(0), r.Int64(1)));

    public IReadOnlyList<Member> Members(string workspace, string audience, CustomerId? after, int limit)
    {
        members.Bind(1, workspace).Bind(2, audience).Bind(4, limit);
        if (after is { } customer) members.Bind(3, customer);
        else members.Bind(3, ReadOnlySpan<byte>.Empty);
        return members.All(static r => new Member(r.Id(0), r.Int64(1)));
    }

    public IReadOnlyList<OverlapCount> Overlap(string workspace, IReadOnlyList<string> audiences)
    {
        overlap.Bind(1, workspace);
        for (var i = 0; i < JournalRules.MaxOverlap; i++)
        {
            if (i < audiences.Count) overlap.Bind(i + 2, audiences[i]);
            else overlap.BindNull(i + 2);
        }
        return overlap.All(static r => new OverlapCount((int)r.Int64(0), r.Int64(1)));
    }

    private static string Terms(Func<int, FormattableString> term, string separator) =>
        string.Join(separator, Enumerable.Range(0, JournalRules.MaxOverlap).Select(i => term(i).ToString(CultureInfo.InvariantCulture)));
}
