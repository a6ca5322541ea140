namespace Cdp.Api.Http;

/// <summary>A bound on things that are under way at a time.</summary>
internal sealed class Slots(Func<int> max)
{
    private int _used;

    public int Used => Volatile.Read(ref _used);

    /// <summary>Takes a place; false when all are taken.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _used) <= max()) return true;
        Interlocked.Decrement(ref _used);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _used);
}
