namespace Cdp.Simulation.Scheduling;

/// <summary>All that can happen next, in the order it was asked for. One thing happens at a time; the choice is the caller's.</summary>
internal sealed class Scheduler(SimClock clock)
{
    private readonly List<Waiting> _waiting = [];

    public SimClock Clock => clock;

    /// <summary>How many things can happen next; the last of them is the earliest timer, if there is one.</summary>
    public int Choices => _waiting.Count + (clock.HasTimer ? 1 : 0);

    public void Add(Waiting waiting) => _waiting.Add(waiting);

    /// <summary>What stands at a place, taken out; null for the earliest timer.</summary>
    public Waiting? Take(int place)
    {
        if (place == _waiting.Count) return null;
        var taken = _waiting[place];
        _waiting.RemoveAt(place);
        return taken;
    }

    /// <summary>Drops what would happen to lives that are over. What they asked the store for stays or goes by the bits of a number.</summary>
    public void Purge(int survivors)
    {
        var bit = 0;
        _waiting.RemoveAll(w => w.Life.IsOver || (w.Asker?.IsOver == true && ((survivors >> (bit++ % 16)) & 1) == 0));
    }
}
