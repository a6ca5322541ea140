using Cdp.Core.Journal;

namespace Cdp.Storage.Postgres;

/// <summary>Rare work runs one at a time, so that it never takes the connections that commits need; what waits is bounded.</summary>
internal sealed class JobGate(int maxWaiting) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private int present;
    private volatile bool isClosed;

    /// <summary>Waits for the turn, which ends when the answer is disposed.</summary>
    /// <exception cref="JournalOverloadedException">Too many wait.</exception>
    /// <exception cref="JournalUnavailableException">The journal is closed.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        if (isClosed) throw PostgresErrors.Closed();
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (Interlocked.Increment(ref present) > maxWaiting) throw new JournalOverloadedException();
            await turn.WaitAsync(cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref present);
            throw;
        }
        var entered = new Turn(this);
        if (!isClosed) return entered;
        entered.Dispose();
        throw PostgresErrors.Closed();
    }

    /// <summary>Lets nobody in any more, and ends when the work under way has.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        await turn.WaitAsync();
        // Not disposed: whoever still waits is let in one by one, to find it closed.
        turn.Release();
    }

    private sealed class Turn(JobGate gate) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref gate.present);
            gate.turn.Release();
        }
    }
}
