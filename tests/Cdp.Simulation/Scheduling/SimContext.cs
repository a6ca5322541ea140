namespace Cdp.Simulation.Scheduling;

/// <summary>
/// Keeps everything on the one thread of a simulation: a continuation that would leave it is queued and counted instead, and what comes from another
/// thread is an error, because it could not be repeated.
/// </summary>
internal sealed class SimContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread) throw new InvalidOperationException("The simulated world was entered from another thread.");
        _posted.Enqueue((d, state));
    }

    public override SynchronizationContext CreateCopy() => this;

    public void RunPosted()
    {
        while (_posted.TryDequeue(out var next)) next.Callback(next.State);
    }
}
