using Cdp.Core.Audiences.Windows;

namespace Cdp.Core.Audiences.State;

/// <summary>Folding into buckets.</summary>
internal static class BucketFolding
{
    /// <summary>
    /// The place of the bucket that a time falls into, made if it is new; buckets that have aged out as of the newest time are forgotten, which bounds their
    /// number. A customer is never judged at a moment before the newest event it has taken, so that none of these can count again.
    /// </summary>
    /// <returns>False when the time has aged out already.</returns>
    public static bool TryFold<T>(this Buckets<T> buckets, BucketWindow window, long timeMs, out int at)
    {
        var index = window.IndexOf(timeMs);
        var newest = buckets.Count == 0 ? index : Math.Max(index, buckets.Indexes[^1]);
        var first = window.FirstAt(newest * window.Width);
        at = -1;
        if (index < first) return false;
        buckets.Prune(first);
        buckets.At(index, out _);
        at = buckets.Indexes.BinarySearch(index);
        return true;
    }
}
