using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Who is in which audience, and how many are.</summary>
internal sealed class MembershipWriter(Database database)
{
    private readonly Statement stored = database.Prepare("SELECT audience, since FROM memberships WHERE workspace=?1 AND customer=?2");
    private readonly Statement enter = database.Prepare("INSERT INTO memberships(workspace, audience, customer, since) VALUES (?1, ?2, ?3, ?4)");
    private readonly Statement renew = database.Prepare("UPDATE memberships SET since=?4 WHERE workspace=?1 AND audience=?2 AND customer=?3");
    private readonly Statement leave = database.Prepare("DELETE FROM memberships WHERE workspace=?1 AND audience=?2 AND customer=?3");
    private readonly Statement count = database.Prepare("""
        INSERT INTO audience_sizes(workspace, audience, hour, delta) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET delta=delta+excluded.delta
        """);
    private readonly Statement drop = database.Prepare("""
        DELETE FROM memberships WHERE workspace=?1 AND audience=?2
            AND customer IN (SELECT customer FROM memberships WHERE workspace=?1 AND audience=?2 ORDER BY customer LIMIT ?3)
        """);
    private readonly Statement anyMember = database.Prepare("SELECT 1 FROM memberships WHERE workspace=?1 AND audience=?2 LIMIT 1");
    private readonly Statement dropSizes = database.Prepare("DELETE FROM audience_sizes WHERE workspace=?1 AND audience=?2");

    /// <summary>Writes what differs from what is stored.</summary>
    public void Set(string workspace, CustomerIndex index)
    {
        var before = stored.Bind(1, workspace).Bind(2, index.Stream).All(static r => new IndexedMembership(r.Text(0), r.Int64(1)))
            .ToDictionary(static m => m.Audience, static m => m.SinceMs, StringComparer.Ordinal);
        foreach (var (audience, since) in index.Memberships)
        {
            var isNew = !before.Remove(audience, out var known);
            if (!isNew && known == since) continue;
            (isNew ? enter : renew).Bind(1, workspace).Bind(2, audience).Bind(3, index.Stream).Bind(4, since).Run();
            if (isNew) Count(workspace, audience, index.AtMs, 1);
        }
        foreach (var audience in before.Keys)
        {
            leave.Bind(1, workspace).Bind(2, audience).Bind(3, index.Stream).Run();
            Count(workspace, audience, index.AtMs, -1);
        }
    }

    /// <summary>Removes members, and with the last ones the sizes.</summary>
    /// <returns>True when nothing is left.</returns>
    public bool Drop(string workspace, string audience, int limit)
    {
        drop.Bind(1, workspace).Bind(2, audience).Bind(3, limit).Run();
        if (anyMember.Bind(1, workspace).Bind(2, audience).All(static _ => true) is [true]) return false;
        dropSizes.Bind(1, workspace).Bind(2, audience).Run();
        return true;
    }

    private void Count(string workspace, string audience, long atMs, int delta) =>
        count.Bind(1, workspace).Bind(2, audience).Bind(3, atMs - (atMs % JournalRules.HourMs)).Bind(4, delta).Run();
}
