using System.Buffers.Binary;
using Cdp.Core.Identity;

namespace Cdp.Core.Actors;

/// <summary>Makes ids and jitter from a clock and a seeded source of randomness, so that a simulation can be repeated. Thread-safe.</summary>
/// <param name="clock">The time in new ids.</param>
/// <param name="random">The randomness.</param>
public sealed class IdSource(TimeProvider clock, Random random)
{
    private readonly Lock _gate = new();

    /// <summary>A new customer's id.</summary>
    /// <returns>A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then randomness.</returns>
    public CustomerId NewCustomer() => new(NewUuid7());

    /// <summary>A new UUID version 7.</summary>
    /// <returns>The UUID.</returns>
    public Guid NewUuid7()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_gate) random.NextBytes(bytes);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, clock.GetUtcNow().ToUnixTimeMilliseconds());
        time[2..].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
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
