namespace Cdp.Silo.Tests.Reads;

/// <summary>One event of a counter.</summary>
/// <param name="InvokedAt">When it was first sent.</param>
/// <param name="AckedAt">When it was first acknowledged; the end of time when it was not, and then it may have been counted or not.</param>
internal readonly record struct Increment(long InvokedAt, long AckedAt);

/// <summary>
/// Whether reads of a counter are linearizable with its increments: whether there is an order of all operations that agrees with their times and in
/// which every read counts the increments before it. Exact for a counter that only grows by one.
/// </summary>
internal static class CounterCheck
{
    /// <summary>Looks for such an order.</summary>
    /// <param name="increments">All increments that were ever sent.</param>
    /// <param name="reads">Any of the reads that were answered.</param>
    /// <returns>What cannot be; null when all of it can.</returns>
    public static string? Violation(IEnumerable<Increment> increments, IEnumerable<ReadOperation> reads)
    {
        ReadOperation[] byValue = [.. reads.OrderBy(r => r.EventCount).ThenBy(r => r.InvokedAt)];
        var endsBefore = new long[byValue.Length + 1];
        endsBefore[^1] = long.MaxValue;
        for (var i = byValue.Length - 1; i >= 0; i--) endsBefore[i] = Math.Min(endsBefore[i + 1], byValue[i].EndedAt);

        // Reads go through in the order of their values. Each must come after what was acknowledged before any read so far was invoked, and before
        // what was invoked after any of the rest had ended. In between, those that were acknowledged first are counted first: that leaves the most room.
        Increment[] byInvoke = [.. increments.OrderBy(i => i.InvokedAt)];
        var open = new PriorityQueue<Increment, long>();
        var (next, counted, invoked) = (0, 0L, long.MinValue);
        for (var i = 0; i < byValue.Length; i++)
        {
            var read = byValue[i];
            if (endsBefore[i + 1] < read.InvokedAt) return $"a later read counts less: {read}";
            invoked = Math.Max(invoked, read.InvokedAt);
            for (; next < byInvoke.Length && byInvoke[next].InvokedAt < endsBefore[i]; next++) open.Enqueue(byInvoke[next], byInvoke[next].AckedAt);
            for (; counted < read.EventCount; counted++)
            {
                if (!open.TryDequeue(out _, out _)) return $"a read counts what was not sent: {read}";
            }

            if (open.TryPeek(out _, out var acked) && acked < invoked) return $"a read misses what was acknowledged: {read}";
        }

        return null;
    }
}
