namespace Cdp.Silo.Tests.Reads;

/// <summary>What reads say that cannot be, given what was sent and acknowledged.</summary>
/// <param name="events">All events that were ever sent.</param>
internal sealed class ReadCheck(ICollection<SentEvent> events)
{
    private readonly ILookup<string, SentEvent> _byReference = events
        .SelectMany(e => e.Own.Select(reference => (reference, e)))
        .ToLookup(p => p.reference, p => p.e, StringComparer.Ordinal);

    /// <summary>
    /// For any time: nobody is missing of whom an event was acknowledged. Owners come from the store, so that holds whatever the membership is.
    /// </summary>
    public IEnumerable<string> Missing(IEnumerable<ReadOperation> reads) => reads
        .Where(r => r is { IsAnswered: true, IsFound: false } && AckedBefore(r) > 0)
        .Select(r => $"nobody was found, though an event was acknowledged: {r}");

    /// <summary>
    /// For reads while the membership is stable: the counters are linearizable, a read sees what was acknowledged before it, and no profile's version
    /// goes back, whoever reads.
    /// </summary>
    public IEnumerable<string> NotLinearizable(IReadOnlyCollection<ReadOperation> reads, IReadOnlyCollection<string> counters) =>
    [
        .. counters.Select(c => CounterCheck.Violation(
            _byReference[c].Select(e => new Increment(e.InvokedAt, e.AckedAt)),
            reads.Where(r => r.IsFound && r.Reference == c))).OfType<string>(),
        .. reads.Where(IsStale).Select(r => $"a read misses what was acknowledged ({AckedBefore(r)} events): {r}"),
        .. GoingBack(reads),
    ];

    /// <summary>Whether a read misses an event that was acknowledged before it was sent.</summary>
    public bool IsStale(ReadOperation read) => read.IsFound && read.EventCount < AckedBefore(read);

    /// <summary>Reads of a profile's version that is lower than one that was read before.</summary>
    /// <param name="reads">The reads to compare.</param>
    /// <returns>What cannot be.</returns>
    public static IEnumerable<string> GoingBack(IEnumerable<ReadOperation> reads)
    {
        foreach (var profile in reads.Where(r => r.IsFound).GroupBy(r => r.ProfileId))
        {
            var ended = new PriorityQueue<ReadOperation, long>();
            ReadOperation? highest = null;
            foreach (var read in profile.OrderBy(r => r.InvokedAt))
            {
                while (ended.TryPeek(out var earlier, out var at) && at < read.InvokedAt)
                {
                    ended.Dequeue();
                    if (highest is null || earlier.Version > highest.Version) highest = earlier;
                }

                if (highest is not null && read.Version < highest.Version) yield return $"a version goes back: {highest}, and then {read}";
                ended.Enqueue(read, read.EndedAt);
            }
        }
    }

    /// <summary>The same, for what one caller read.</summary>
    public static IEnumerable<string> GoingBackForOneCaller(IEnumerable<ReadOperation> reads) => reads.GroupBy(r => r.Caller).SelectMany(GoingBack);

    private int AckedBefore(ReadOperation read) => _byReference[read.Reference].Count(e => e.AckedAt < read.InvokedAt);
}
