using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Grid;

/// <summary>One call from one place to another: its request and its answer are messages, and each can be lost.</summary>
/// <param name="world">The world.</param>
/// <param name="from">The caller.</param>
/// <param name="lost">What the caller is told when no answer comes.</param>
internal sealed class Call<T>(World world, Endpoint from, T lost)
{
    /// <summary>Longer than a hold lasts, as it is in the grid: a caller that gave up may still be holding.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<T> _done = new();
    private bool _isSettled;

    public Endpoint From => from;

    public ValueTask<T> Task => new(_done.Task);

    public void Answer(T value, string label, bool isRemote)
    {
        if (_isSettled) return;
        _isSettled = true;
        world.Scheduler.Add(new(
            from.Life,
            label,
            () => _done.TrySetResult(value),
            isRemote ? HitBy.Network : HitBy.Nothing,
            _ =>
            {
                LoseLater();
                return "the answer is dropped";
            }));
    }

    public void Fail(Exception error)
    {
        if (_isSettled) return;
        _isSettled = true;
        world.Scheduler.Add(new(from.Life, world.Says ? $"fails with {error.GetType().Name}" : "", () => _done.TrySetException(error)));
    }

    /// <summary>No answer will come: the caller gives up after its time-out.</summary>
    public void Lose()
    {
        if (_isSettled) return;
        _isSettled = true;
        LoseLater();
    }

    private void LoseLater() => world.Scheduler.Clock.Call(from.Life, Timeout, world.Says ? $"{from.Life.Name} gives up waiting" : "", () => _done.TrySetResult(lost));
}
