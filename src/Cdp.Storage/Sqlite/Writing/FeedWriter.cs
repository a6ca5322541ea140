using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>What subscribers are told. There is one writer, so that numbers become visible in their order.</summary>
internal sealed class FeedWriter(Database database)
{
    private readonly Statement insert = database.Prepare("INSERT INTO feed(workspace, topic, customer, at, body) VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement erase = database.Prepare("DELETE FROM feed WHERE workspace=?1 AND customer=?2");
    private readonly Statement trim = database.Prepare("DELETE FROM feed WHERE number IN (SELECT number FROM feed WHERE at<?1 ORDER BY at LIMIT ?2)");

    public void Add(string workspace, FeedEntry entry) =>
        insert.Bind(1, workspace).Bind(2, entry.Topic).Bind(3, entry.Stream).Bind(4, entry.AtMs).Bind(5, entry.Body.Span).Run();

    public void Erase(string workspace, CustomerId stream) => erase.Bind(1, workspace).Bind(2, stream).Run();

    /// <summary>Removes the oldest.</summary>
    /// <returns>How many.</returns>
    public int Trim(long beforeMs, int limit)
    {
        trim.Bind(1, beforeMs).Bind(2, limit).Run();
        return database.Changes();
    }
}
