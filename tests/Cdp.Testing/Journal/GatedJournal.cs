using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;

namespace Cdp.Testing.Journal;

/// <summary>A store in memory whose commits a test holds up or makes fail.</summary>
public sealed class GatedJournal() : DelegatingJournal(new InMemoryJournal())
{
    private TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _gate;
    private int _atTheGate;

    /// <summary>Ends when a commit has come to the closed gate.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>Commits that wait at the closed gate.</summary>
    public int AtTheGate => Volatile.Read(ref _atTheGate);

    /// <summary>Streams read so far.</summary>
    public int Loads { get; private set; }

    /// <summary>What the next commits do instead: the first of them before it commits, the second after it has.</summary>
    public Queue<(Exception? Before, Exception? After)> Faults { get; } = new();

    public void Close()
    {
        _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Open()
    {
        _gate?.SetResult();
        _gate = null;
    }

    public override async ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        if (_gate is { } gate)
        {
            Interlocked.Increment(ref _atTheGate);
            _waiting.TrySetResult();
            await gate.Task;
            Interlocked.Decrement(ref _atTheGate);
        }

        Faults.TryDequeue(out var fault);
        if (fault.Before is not null) throw fault.Before;
        var outcome = await base.CommitAsync(unit, cancellationToken);
        return fault.After is null ? outcome : throw fault.After;
    }

    public override ValueTask<StreamLoad?> LoadAsync(
        string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default)
    {
        Loads++;
        return base.LoadAsync(workspace, stream, upToVersion, cancellationToken);
    }
}
