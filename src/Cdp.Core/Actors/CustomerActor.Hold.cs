using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    /// <inheritdoc/>
    public async ValueTask<Answer<CustomerState>> HoldAsync(HoldToken token, long atLeastVersion)
    {
        if (IsHeld()) return new(CallStatus.Busy);
        var (state, status) = await LoadAsync(atLeastVersion);
        if (state is null) return new(status, null, _successor);
        // Whoever holds it takes the profile, and not what is still to be decided of it.
        status = await SettledAsync(state);
        if (status != CallStatus.Done) return new(status);
        _isHandedOut = true;
        _hold = token;
        _heldSince = services.Clock.GetTimestamp();
        return new(CallStatus.Done, state);
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(HoldToken token, JournalRow? appended, bool reload)
    {
        if (_hold != token)
        {
            // The hold was lost, by time or by leaving memory, and what is in memory may have been read before the holder's commit was durable.
            if (appended is not null || reload) Forget();
            return ValueTask.CompletedTask;
        }

        if (reload) Forget();
        else if (appended is { } row && _state is { } state) TakeIn(state, row);
        EndHold();
        return ValueTask.CompletedTask;
    }

    private bool IsHeld()
    {
        if (_hold is null) return false;
        if (!IsHoldOver) return true;
        // The holder is lost: whatever it committed is in the store.
        Forget();
        EndHold("timeout");
        return true;
    }

    private void EndHold(string outcome = "released")
    {
        if (_hold is not null && services.IsMeasured) ActorMetrics.Held(services.Clock.GetElapsedTime(_heldSince), outcome);
        _hold = null;
        _isHandedOut = false;
    }

    private bool Holds(HoldToken token) => _hold == token && !IsHoldOver;

    private bool IsHoldOver => services.Clock.GetElapsedTime(_heldSince) >= HoldTimeout;

    private void TakeIn(CustomerState state, JournalRow row)
    {
        if (row.Kind == RecordKind.MergedInto)
        {
            // The parts live on in the survivor; here only the way there is kept.
            (_successor, _endedAt) = (RecordCodec.ReadMergedInto(row.Body).Survivor, row.Version);
            _state = null;
        }
        else if (row.Version == state.Version + 1)
        {
            StateLoader.Evolve(state, row);
            // It may read other identifiers now: it is judged anew with the next change or read, or when it is woken.
            (_judgedBy, _extras, _activation) = (null, ProfileExtras.None, null);
        }
        else if (row.Version > state.Version)
        {
            Forget();
        }

        Changed?.Invoke();
    }
}
