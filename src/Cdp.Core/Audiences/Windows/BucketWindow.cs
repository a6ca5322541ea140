using System.Globalization;

namespace Cdp.Core.Audiences.Windows;

/// <summary>
/// A sliding window for values that add up: time is cut into buckets of a fixed width from 1970 on, and an occurrence counts until its whole bucket has been
/// outside for the window's length. So it never ages out early, and at most one width late, always at a bucket's edge: the answer is the same on every
/// machine and in every order of arrival.
/// </summary>
internal sealed class BucketWindow : Window
{
    private static readonly long[] Widths =
    [
        Durations.Minute, 5 * Durations.Minute, 15 * Durations.Minute, Durations.Hour, 6 * Durations.Hour, Durations.Day, 3 * Durations.Day, 14 * Durations.Day,
    ];

    /// <summary>Buckets per window for sums and counts.</summary>
    public const int MaxSums = 183;

    /// <summary>Buckets per window for lists of values, whose buckets are larger.</summary>
    public const int MaxLists = 31;

    private readonly long _length;

    private BucketWindow(long length, int maxBuckets)
    {
        _length = length;
        Width = length == 0 ? 0 : Array.Find(Widths, w => length / w <= maxBuckets);
        Canonical = length == 0 ? "ever" : string.Create(CultureInfo.InvariantCulture, $"{length}ms/{Width}");
    }

    /// <summary>Everything, in one bucket.</summary>
    public static BucketWindow Ever { get; } = new(0, 1);

    /// <summary>Milliseconds of a bucket; 0 when there is no window.</summary>
    public long Width { get; }

    public override string Canonical { get; }

    public static BucketWindow Of(long? lengthMs, int maxBuckets) => lengthMs is { } length ? new(length, maxBuckets) : Ever;

    /// <summary>The bucket of a time: times below 1970 do not occur.</summary>
    public long IndexOf(long timeMs) => Width == 0 ? 0 : timeMs / Width;

    /// <summary>The first moment at which a bucket no longer counts.</summary>
    public long ExpiryOf(long index) => Width == 0 ? long.MaxValue : ((index + 1) * Width) + _length;

    /// <summary>The first bucket that counts at a moment.</summary>
    public long FirstAt(long nowMs) => Width == 0 || nowMs < _length ? 0 : (nowMs - _length) / Width;

    public override long ExpiryMs(long timeMs) => ExpiryOf(IndexOf(timeMs));
}
