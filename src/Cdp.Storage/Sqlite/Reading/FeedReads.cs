using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Reading;

/// <summary>Feeds, by topic.</summary>
internal sealed class FeedReads(Database database)
{
    private readonly Statement read = database.Prepare(
        "SELECT number, at, body FROM feed WHERE workspace=?1 AND topic=?2 AND number>?3 ORDER BY number LIMIT ?4");
    private readonly Statement end = database.Prepare("SELECT seq FROM sqlite_sequence WHERE name='feed'");

    public IReadOnlyList<FeedRow> Read(string workspace, string topic, FeedPlace after, int limit) => read.Bind(1, workspace).Bind(2, topic)
        .Bind(3, after.Number).Bind(4, limit).All(static r => new FeedRow(new(0, r.Int64(0)), r.Int64(1), r.Blob(2)));

    /// <summary>The last number given away, also when its entry was removed since.</summary>
    public FeedPlace End() => new(0, end.All(static r => r.Int64(0)) is [var last] ? last : 0);
}
