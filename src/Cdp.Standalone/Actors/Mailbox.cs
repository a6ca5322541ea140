namespace Cdp.Standalone.Actors;

/// <summary>Lets one call at a time into an actor, in the order of arrival. Closed for good when the actor leaves memory.</summary>
internal abstract class Mailbox
{
    private Queue<TaskCompletionSource>? _waiting;
    private bool _busy;
    private bool _closed;

    /// <summary>The sweep during which it was last used: the table's clock for idleness.</summary>
    public int LastUsed { get; set; }

    /// <summary>Waits for the turn.</summary>
    /// <returns>False when the actor has left memory: find its successor in the table.</returns>
    protected async ValueTask<bool> EnterAsync()
    {
        TaskCompletionSource turn;
        lock (this)
        {
            if (_closed) return false;
            if (!_busy)
            {
                _busy = true;
                return true;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_waiting ??= new()).Enqueue(turn);
        }

        await turn.Task;
        return true;
    }

    /// <summary>Takes the turn if nobody has it.</summary>
    /// <returns>False when somebody is inside, or when the actor has left memory.</returns>
    protected bool TryEnter()
    {
        lock (this)
        {
            if (_busy || _closed) return false;
            return _busy = true;
        }
    }

    /// <summary>Ends the turn.</summary>
    protected void Exit()
    {
        TaskCompletionSource? next = null;
        lock (this)
        {
            if (_waiting is { Count: > 0 }) next = _waiting.Dequeue();
            else _busy = false;
        }

        next?.SetResult();
    }

    /// <summary>Closes it if nobody is inside or waits.</summary>
    /// <returns>True when it is closed now.</returns>
    public bool TryClose()
    {
        lock (this)
        {
            if (_busy || !MayClose) return false;
            return _closed = true;
        }
    }

    /// <summary>Runs something that must not overlap with a closing.</summary>
    /// <param name="action">Short.</param>
    /// <returns>False when it is closed already.</returns>
    protected bool WhileOpen(Action action)
    {
        lock (this)
        {
            if (_closed) return false;
            action();
            return true;
        }
    }

    /// <summary>Whether it may be closed at all; asked inside the lock.</summary>
    protected virtual bool MayClose => true;
}
