using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    /// <inheritdoc/>
    public async ValueTask<Answer<CustomerState>> HoldAsync(HoldToken token)
    {
        if (IsHeld()) return new(CallStatus.Busy);
        var (state, status) = await LoadAsync();
        if (state is null) return new(status, null, _successor);
        (_hold, _isHeld) = (token, true);
        _heldSince = services.Clock.GetTimestamp();
        return new(CallStatus.Done, state);
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(HoldToken token, JournalRow? appended, bool outcomeKnown)
    {
        if (_hold != token)
        {
            // The hold was lost, by time or by leaving memory, and what is in memory may have been read before the holder's commit was durable.
            if (appended is not null || !outcomeKnown) Forget();
            return ValueTask.CompletedTask;
        }

        _hold = null;
        if (!outcomeKnown) Forget();
        else if (appended is { } row && _state is { } state) TakeIn(state, row);
        // Last: readers on other threads may look again only now.
        _isHeld = false;
        return ValueTask.CompletedTask;
    }

    private bool Holds(HoldToken token) => _hold == token && !IsHoldOver;

    private bool IsHoldOver => services.Clock.GetElapsedTime(_heldSince) >= HoldTimeout;

    private void TakeIn(CustomerState state, JournalRow row)
    {
        if (row.Kind == RecordKind.MergedInto)
        {
            // The parts live on in the survivor; here only the way there is kept.
            _successor = RecordCodec.ReadMergedInto(row.Body).Survivor;
            _state = null;
        }
        else
        {
            StateLoader.Evolve(state, row);
        }

        Changed?.Invoke();
    }
}
