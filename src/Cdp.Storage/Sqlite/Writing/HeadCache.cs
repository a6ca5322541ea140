using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Where a stream ends.</summary>
/// <param name="Version">The last version, 0 for a stream that does not exist.</param>
/// <param name="Last">The last record's kind; <see cref="RecordKind.None"/> when retention removed it.</param>
internal readonly record struct Head(long Version, RecordKind Last);

/// <summary>
/// Ends of streams known to the only writer. Two generations: what is used moves to the young one, and when that is full the old one is
/// dropped whole, so that bounding costs nothing per use.
/// </summary>
internal sealed class HeadCache(int capacity)
{
    private Dictionary<(string, CustomerId), Head> young = [];
    private Dictionary<(string, CustomerId), Head> old = [];

    public bool TryGet(string workspace, CustomerId stream, out Head head)
    {
        if (young.TryGetValue((workspace, stream), out head)) return true;
        if (!old.TryGetValue((workspace, stream), out head)) return false;
        Set(workspace, stream, head);
        return true;
    }

    public void Set(string workspace, CustomerId stream, Head head)
    {
        if (young.Count >= capacity)
        {
            (old, young) = (young, old);
            young.Clear();
        }
        young[(workspace, stream)] = head;
    }

    public void Clear()
    {
        young.Clear();
        old.Clear();
    }
}
