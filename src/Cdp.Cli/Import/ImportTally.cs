using System.Collections.Concurrent;

namespace Cdp.Cli.Import;

/// <summary>Counts of a running import, read by the progress while the senders write.</summary>
internal sealed class ImportTally
{
    private readonly ConcurrentDictionary<string, long> _rejectCodes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _decisions = new(StringComparer.Ordinal);
    private long _read;
    private long _skipped;
    private long _applied;
    private long _duplicates;
    private long _accepted;
    private long _rejected;
    private long _retries;

    /// <summary>Rows read from the file, the skipped ones included.</summary>
    public long Read => Volatile.Read(ref _read);

    /// <summary>Rows that an interrupted run had confirmed.</summary>
    public long Skipped => Volatile.Read(ref _skipped);

    public long Applied => Volatile.Read(ref _applied);

    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Taken by a server that does not tell new rows from repeated ones (a write key, or no scope for it).</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    public long Rejected => Volatile.Read(ref _rejected);

    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Rows that have ended in this run.</summary>
    public long Done => Applied + Duplicates + Accepted + Rejected;

    public long BytesRead { get; set; }

    /// <summary>What the senders wait for, null when they do not.</summary>
    public string? Waiting { get; set; }

    public IEnumerable<KeyValuePair<string, long>> RejectCodes => Sorted(_rejectCodes);

    /// <summary>What the server decided about identifiers of rows that it took: created, linked, merged, or left out and why.</summary>
    public IEnumerable<KeyValuePair<string, long>> Decisions => Sorted(_decisions);

    public void CountRead() => Interlocked.Increment(ref _read);

    public void CountSkipped() => Interlocked.Increment(ref _skipped);

    public void CountApplied() => Interlocked.Increment(ref _applied);

    public void CountDuplicate() => Interlocked.Increment(ref _duplicates);

    public void CountAccepted() => Interlocked.Increment(ref _accepted);

    public void CountRetry() => Interlocked.Increment(ref _retries);

    public void CountDecision(string code) => _decisions.AddOrUpdate(code, 1, (_, n) => n + 1);

    public void CountRejected(string code)
    {
        Interlocked.Increment(ref _rejected);
        _rejectCodes.AddOrUpdate(code, 1, (_, n) => n + 1);
    }

    private static IEnumerable<KeyValuePair<string, long>> Sorted(IEnumerable<KeyValuePair<string, long>> counts) =>
        counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal);
}
