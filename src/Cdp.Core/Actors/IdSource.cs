using System.Buffers.Binary;
using Cdp.Core.Identity;

namespace Cdp.Core.Actors;

/// <summary>Makes ids and jitter from a clock and a seeded source of randomness, so that a simulation can be repeated. Thread-safe.</summary>
/// <param name="clock">The time in new ids.</param>
/// <param name="random">The randomness.</param>
public sealed class IdSource(TimeProvider clock, Random random)
{
    private readonly Lock _gate = new();
    private long _lastMs;
    private ulong _low;

    /// <summary>A new customer's id.</summary>
    /// <returns>A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then randomness.</returns>
    public CustomerId NewCustomer() => new(NewUuid7());

    /// <summary>A new UUID version 7, greater than all that this source has made before, also when the clock steps back.</summary>
    /// <returns>The UUID.</returns>
    public Guid NewUuid7()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_gate)
        {
            var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
            if (nowMs > _lastMs)
            {
                _lastMs = nowMs;
                _low = (ulong)random.NextInt64() >> 3;
            }
            else
            {
                // RFC 9562, 6.2, method 2: within a millisecond the random part counts up, by random steps.
                _low += 1 + (ulong)random.Next();
            }

            BinaryPrimitives.WriteInt64BigEndian(bytes, _lastMs << 16);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low & ((1UL << 62) - 1));
        }

        bytes[6] = 0x70;
        bytes[8] |= 0x80;
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
