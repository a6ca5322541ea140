using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

public sealed partial class CustomerActor
{
    private const int UnknownOutcomeTries = 3;

    // A snapshot is due when the records behind the last one outweigh it: then snapshots cost at most as much as the journal itself, and a cold
    // load reads at most about twice a snapshot.

    // One that leaves memory will be loaded again, so that less is worth it.
    private const int IdleShare = 8;

    private long _tailBytes;
    private long _snapshotBytes;
    private bool _isSnapshotDue;

    /// <summary>
    /// Commits a unit and says how it ended. An unknown outcome is resolved by appending again at the same expected versions: either that commits,
    /// or it conflicts with whatever was durable first, and the state is read again.
    /// </summary>
    private async ValueTask<CallStatus> CommitAsync(UnitOfWork unit)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await services.Journal.CommitAsync(unit) == CommitOutcome.Committed)
                {
                    if (unit.Feed.Count > 0) services.Signal.Raise(workspace, unit.Feed);
                    if (unit.Outbox.Count > 0) services.Signal.Raise(workspace, unit.Outbox);
                    return CallStatus.Done;
                }

                Forget();
                return CallStatus.Conflict;
            }
            catch (UnknownCommitOutcomeException) when (attempt < UnknownOutcomeTries)
            {
            }
            catch (UnknownCommitOutcomeException)
            {
                Forget();
                return CallStatus.Unavailable;
            }
            catch (JournalUnavailableException)
            {
                // After an earlier try of unknown outcome the unit may be durable all the same.
                if (attempt > 1) Forget();
                return CallStatus.Unavailable;
            }
            catch (JournalOverloadedException)
            {
                if (attempt == 1) return CallStatus.Overloaded;
                // Not known again: whoever is held must read the store as well.
                Forget();
                return CallStatus.Unavailable;
            }
        }
    }

    /// <summary>After a commit: readers see it, and a snapshot is offered when it is due.</summary>
    private void Committed(CustomerState state, long bytes)
    {
        _tailBytes += bytes;
        if (_tailBytes >= Math.Max(services.SnapshotTailBytes, _snapshotBytes) && !_isSnapshotDue)
        {
            _isSnapshotDue = services.Snapshots?.Due(workspace, id) == true;
        }

        Changed?.Invoke();
    }

    /// <summary>
    /// Offers the snapshot that was said to be due. To be called in a turn. A held customer offers none: its parts may be a survivor's by now, and
    /// hold events that its own stream does not.
    /// </summary>
    public void OfferDueSnapshot()
    {
        if (_isSnapshotDue && _hold is null && _state is { Status: CustomerStatus.Live } state && IsAllDecided(state)) OfferSnapshot(state);
        _isSnapshotDue = false;
    }

    /// <summary>Offers a snapshot before the host lets this idle actor go, if that would save the next load much.</summary>
    public void OfferSnapshotWhenIdle()
    {
        var isWorthIt = _hold is null && _tailBytes >= services.SnapshotTailBytes / IdleShare;
        if (isWorthIt && _state is { Status: CustomerStatus.Live } state && IsAllDecided(state)) OfferSnapshot(state);
    }

    // A snapshot would cover events of which a later load has to ask triggers.
    private bool IsAllDecided(CustomerState state) => _undecided is { Count: 0 } || !IsJudged(state);

    private void OfferSnapshot(CustomerState state)
    {
        if (services.Snapshots is not { } sink) return;
        var bytes = StateCodec.Write(state);
        _tailBytes = 0;
        _snapshotBytes = bytes.Length;
        sink.Offer(workspace, new StoredSnapshot(id, state.Version, bytes));
    }
}
