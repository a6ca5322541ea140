using System.Buffers.Binary;
using Cdp.Core.Identity;

namespace Cdp.Core.Actors;

/// <summary>Makes ids and jitter from a clock and a seeded source of randomness, so that a simulation can be repeated. Thread-safe.</summary>
/// <param name="clock">The time in new ids.</param>
/// <param name="random">The randomness.</param>
public sealed class IdSource(TimeProvider clock, Random random)
{
    private const int MaxCounter = 0xFFF;
    private const long VersionBits = 0x7000;
    private const ulong VariantBits = 1UL << 63;

    private readonly Lock _gate = new();
    private long _lastMs;
    private int _counter;

    /// <summary>A new customer's id.</summary>
    /// <returns>A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, 12 that count, then 62 of randomness.</returns>
    public CustomerId NewCustomer() => new(NewUuid7());

    /// <summary>
    /// A new UUID version 7, greater than all that this source has made before, also when the clock steps back. Its last 62 bits are random and independent of all
    /// others: a run of customers in their order is a uniform sample (<see cref="Journal.Index.SampleKeys"/>).
    /// </summary>
    /// <returns>The UUID.</returns>
    public Guid NewUuid7()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_gate)
        {
            var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
            // RFC 9562, 6.2, method 1: within a millisecond the upper 12 bits count up; when they are used up, the time runs ahead.
            if (nowMs > _lastMs) (_lastMs, _counter) = (nowMs, 0);
            else if (++_counter > MaxCounter) (_lastMs, _counter) = (_lastMs + 1, 0);
            BinaryPrimitives.WriteInt64BigEndian(bytes, (_lastMs << 16) | VersionBits | (long)_counter);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], VariantBits | ((ulong)random.NextInt64() >> 1));
        }

        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>How long to wait before the next try: doubles from 1 ms up to 128 ms, with full jitter.</summary>
    /// <param name="attempt">The number of tries so far, from 1.</param>
    /// <returns>The time to wait.</returns>
    public TimeSpan Backoff(int attempt)
    {
        var ceilingMs = 1 << Math.Min(attempt, 7);
        lock (_gate) return TimeSpan.FromMilliseconds(1 + (random.NextDouble() * ceilingMs));
    }
}
