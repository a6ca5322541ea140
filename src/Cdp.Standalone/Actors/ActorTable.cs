using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cdp.Standalone.Actors;

/// <summary>Actors by key, bounded in number and idle time. Time is counted in sweeps, so that touching an actor costs one write.</summary>
/// <param name="max">At most about so many: the table may go over it by a few until the next sweep.</param>
/// <param name="maxIdle">An actor unused for so long leaves.</param>
/// <param name="create">Makes an actor.</param>
/// <param name="leave">Called for an actor that has been closed.</param>
internal sealed class ActorTable<TKey, TActor>(int max, TimeSpan maxIdle, Func<TKey, TActor> create, Action<TActor> leave)
    where TKey : notnull
    where TActor : Mailbox
{
    private readonly ConcurrentDictionary<TKey, TActor> _actors = new();
    private readonly Lock _sweeping = new();
    private int _now;
    private int _count;

    public int Count => _count;

    public IEnumerable<TActor> Values => _actors.Select(a => a.Value);

    public bool TryGet(TKey key, [NotNullWhen(true)] out TActor? actor)
    {
        if (!_actors.TryGetValue(key, out actor)) return false;
        actor.LastUsed = _now;
        return true;
    }

    public TActor GetOrAdd(TKey key)
    {
        while (true)
        {
            if (TryGet(key, out var actor)) return actor;
            var made = create(key);
            made.LastUsed = _now;
            if (!_actors.TryAdd(key, made)) continue;
            if (Interlocked.Increment(ref _count) > max + (max / 16) + 1) _ = Task.Run(() => Sweep(TimeSpan.Zero));
            return made;
        }
    }

    public void Sweep(TimeSpan sinceLastSweep)
    {
        // One that only makes room need not be made twice at a time; one by the clock is never left out, or an idle actor would stay for another round.
        if (sinceLastSweep > TimeSpan.Zero) _sweeping.Enter();
        else if (!_sweeping.TryEnter()) return;
        try
        {
            if (sinceLastSweep > TimeSpan.Zero) _now++;
            var oldest = sinceLastSweep > TimeSpan.Zero ? _now - (int)Math.Ceiling(maxIdle / sinceLastSweep) : int.MinValue;
            var excess = _count - max;
            var limit = excess > 0 ? Math.Max(oldest, AgeToFree(excess)) : oldest;
            foreach (var (key, actor) in _actors)
            {
                // Beyond the idle ones, only as many leave as there are too many.
                var idle = actor.LastUsed <= oldest;
                if (!idle && (excess <= 0 || actor.LastUsed > limit)) continue;
                if (!actor.TryClose()) continue;
                leave(actor);
                if (!_actors.TryRemove(new(key, actor))) continue;
                Interlocked.Decrement(ref _count);
                excess--;
            }
        }
        finally
        {
            _sweeping.Exit();
        }
    }

    /// <summary>The last-used time up to which actors have to leave so that enough do.</summary>
    private int AgeToFree(int excess)
    {
        var byAge = new SortedDictionary<int, int>();
        foreach (var (_, actor) in _actors) byAge[actor.LastUsed] = byAge.GetValueOrDefault(actor.LastUsed) + 1;
        foreach (var (age, count) in byAge)
        {
            excess -= count;
            if (excess <= 0) return age;
        }

        return int.MaxValue;
    }
}
