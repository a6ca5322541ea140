using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;

namespace Cdp.Core.Simulation;

/// <summary>
/// What events would do under some rules: the real engine over a journal in memory, which starts empty and is gone with this object. Nothing of it shows in
/// metrics or traces. Its ids count up from the year 1970 and are the same for the same events, so that two runs can be compared. Not thread-safe.
/// </summary>
public sealed class PolicySimulation
{
    private readonly string _workspace;
    private readonly InMemoryJournal _journal = new();
    private readonly IdSource _ids = new(new EpochClock(), new Random(0));
    private readonly GridEngine _grid;
    private Exception? _fault;

    /// <summary>Starts from an empty grid.</summary>
    /// <param name="workspace">The name that profiles show.</param>
    /// <param name="rules">The rules that judge.</param>
    /// <param name="clock">The time of decisions.</param>
    public PolicySimulation(string workspace, IdentityRules rules, TimeProvider clock)
    {
        _workspace = workspace;
        var services = new ActorServices(_journal, _ => rules, clock, _ids) { IsMeasured = false, Fault = error => _fault = error };
        _grid = new GridEngine(new SequentialActors(services), services, new GridOptions());
    }

    /// <summary>The id of an event that came without one.</summary>
    /// <returns>A new id.</returns>
    public string NewMessageId() => _ids.NewUuid7().ToString();

    /// <summary>Applies events strictly one after the other, and lets other work of the process in between.</summary>
    /// <param name="events">The events.</param>
    /// <param name="cancellationToken">Stops between two events.</param>
    /// <returns>One outcome per event, in the same order; none has failed.</returns>
    /// <exception cref="InvalidOperationException">The engine could not do it: a defect of ours.</exception>
    public async Task<EventOutcome[]> IngestAsync(IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default)
    {
        var outcomes = new EventOutcome[events.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            outcomes[i] = (await _grid.IngestAsync(_workspace, [events[i]], CancellationToken.None))[0];
            if (outcomes[i].Status == EventStatus.Failed) throw new InvalidOperationException("An event of a simulation failed.", _fault);
        }

        return outcomes;
    }

    /// <summary>The profiles that are there now.</summary>
    /// <returns>All live ones, in the order in which they were made.</returns>
    public async Task<IReadOnlyList<ProfileView>> ProfilesAsync()
    {
        var profiles = new List<ProfileView>();
        foreach (var id in _journal.Streams(_workspace))
        {
            if (await _grid.GetAsync(_workspace, new(id, null)) is { } view && view.Id == id) profiles.Add(view);
        }

        return profiles;
    }

    private sealed class EpochClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
