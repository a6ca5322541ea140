namespace Cdp.Core.Diagnosis;

/// <summary>
/// How often keys were counted, at least: 16 Mi counters of one byte, which keys that fall together share and which stop at 255. Never too low below that, so
/// that keys whose counter stays under a threshold need no entry of their own. 16 MiB, however many keys there are.
/// </summary>
internal sealed class HashCounters
{
    private const int Bits = 24;

    private readonly byte[] _counters = new byte[1 << Bits];

    /// <summary>The highest counter.</summary>
    public int Highest { get; private set; }

    /// <summary>Counts a key.</summary>
    /// <param name="hash">The key's hash.</param>
    public void Add(int hash)
    {
        ref var counter = ref _counters[Index(hash)];
        if (counter == byte.MaxValue) return;
        counter++;
        if (counter > Highest) Highest = counter;
    }

    /// <summary>Whether a key may have been counted so often.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="threshold">How often.</param>
    /// <returns>False when it was certainly counted less often.</returns>
    public bool MayReach(int hash, int threshold) => _counters[Index(hash)] >= Math.Min(threshold, byte.MaxValue);

    /// <summary>Whether any key may have been counted so often.</summary>
    /// <param name="threshold">How often.</param>
    /// <returns>False when certainly none was.</returns>
    public bool AnyMayReach(int threshold) => Highest >= Math.Min(threshold, byte.MaxValue);

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        Array.Clear(_counters);
        Highest = 0;
    }

    // Fibonacci hashing: ids of one millisecond differ in few bits.
    private static uint Index(int hash) => ((uint)hash * 2_654_435_769u) >> (32 - Bits);
}
