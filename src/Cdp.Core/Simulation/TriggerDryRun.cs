using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Actors;
using Cdp.Core.Audiences;
using Cdp.Core.Events;
using Cdp.Core.Geofences;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Core.Profiles.Splits;

namespace Cdp.Core.Simulation;

/// <summary>
/// What triggers would have done on stored customers, had they stood from the beginning: the real engine over a journal in memory, at the times at which things arrived. Nothing is
/// sent, written or counted. What is not known any more is not played: events that retention removed, positions that came without an event, merges and splits by hand. Whom a holdout
/// holds is drawn anew, since ids are. Any thread may call it.
/// </summary>
/// <param name="journal">The store.</param>
/// <param name="workspace">The workspace.</param>
/// <param name="rules">Its rules now, which judge the whole history.</param>
/// <param name="inForce">The triggers in question, and the audiences and computed traits that they read.</param>
/// <param name="fences">Its fences now.</param>
public sealed class TriggerDryRun(IJournal journal, string workspace, IdentityRules rules, AudiencesInForce inForce, FencesInForce fences)
{
    /// <summary>A customer with more stored events is not played.</summary>
    public const int MaxEvents = 20_000;

    private const int PageRows = 1_000;

    /// <summary>Plays a customer's history, with that of all that it absorbed, up to a moment.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="untilMs">Unix milliseconds.</param>
    /// <param name="cancellationToken">Stops it between two events.</param>
    /// <returns>The decisions in their order; null for one who is absorbed, erased or unknown, or has more than <see cref="MaxEvents"/> events.</returns>
    /// <exception cref="JournalUnavailableException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<TriggerDecision>?> RunAsync(CustomerId id, long untilMs, CancellationToken cancellationToken = default)
    {
        if ((await StateLoader.LoadLiveAsync(journal, workspace, id, cancellationToken)).Live is not { } state) return null;
        if (await FamilyHistory.ReadAsync(journal, workspace, id, state.Version, MaxEvents) is not { } history) return null;
        var replay = new Replay(workspace, rules, inForce, fences);
        var events = history.Events.Select(e => (e.Row.TimeMs, Event: (CustomerEvent?)e.Event, Patch: (PatchedRecord?)null));
        var patches = history.Patches.Select(p => (TimeMs: p.Record.Origin.OrderMs, Event: (CustomerEvent?)null, Patch: (PatchedRecord?)p.Record));
        foreach (var (timeMs, e, patch) in events.Concat(patches).OrderBy(s => s.TimeMs))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await replay.PassAsync(Math.Min(timeMs, untilMs));
            if (e is not null) await replay.TakeAsync(e);
            else await replay.TakeAsync(patch!);
        }

        await replay.PassAsync(untilMs);
        return await replay.DecisionsAsync();
    }

    /// <summary>One customer's history as it is played.</summary>
    private sealed class Replay
    {
        private readonly string _workspace;
        private readonly InMemoryJournal _journal = new();
        private readonly ReplayClock _clock = new();
        private readonly SequentialActors _actors;
        private readonly GridEngine _grid;
        private Exception? _fault;

        public Replay(string workspace, IdentityRules rules, AudiencesInForce inForce, FencesInForce fences)
        {
            _workspace = workspace;
            var services = new ActorServices(_journal, _ => rules, _clock, new IdSource(_clock, new Random(0)))
            {
                Audiences = _ => inForce,
                Fences = _ => fences,
                Fault = error => _fault = error,
                IsMeasured = false,
            };
            _actors = new SequentialActors(services);
            _grid = new GridEngine(_actors, services, new GridOptions());
        }

        /// <summary>Lets time pass, and looks at everybody who is due on the way.</summary>
        public async Task PassAsync(long untilMs)
        {
            while (await SettleAsync() is { } nextMs && nextMs <= untilMs) _clock.GoTo(Math.Max(nextMs, _clock.NowMs + 1));
            _clock.GoTo(untilMs);
        }

        public async Task TakeAsync(CustomerEvent e)
        {
            var outcome = (await _grid.IngestAsync(_workspace, [e], CancellationToken.None))[0];
            if (outcome.Status == EventStatus.Failed) throw new InvalidOperationException("An event of a dry run failed.", _fault);
        }

        /// <summary>By whom it was written is known, but not by which identifier: it goes to whoever was there first.</summary>
        public async Task TakeAsync(PatchedRecord patch)
        {
            foreach (var stream in _journal.Streams(_workspace))
            {
                if ((await _actors.Customer(_workspace, stream).PatchAsync(new Via(null, 0, stream), patch)).Status == CallStatus.Done) return;
            }
        }

        public async Task<IReadOnlyList<TriggerDecision>> DecisionsAsync()
        {
            var decisions = new List<TriggerDecision>();
            foreach (var stream in _journal.Streams(_workspace))
            {
                var after = 0L;
                while (await _journal.ReadStreamAsync(_workspace, stream, after, PageRows) is { Count: > 0 } rows)
                {
                    decisions.AddRange(rows.Where(r => r.Kind == RecordKind.Acted).SelectMany(r => DecidedActionsCodec.Read(r.Body).Decisions));
                    after = rows[^1].Version;
                }
            }

            return [.. decisions.OrderBy(d => d.AtMs)];
        }

        private async ValueTask<long?> SettleAsync()
        {
            long? nextMs = null;
            foreach (var stream in _journal.Streams(_workspace))
            {
                if ((await _actors.Customer(_workspace, stream).SettleAsync(0)).Value?.NextMs is { } dueMs && dueMs < (nextMs ?? long.MaxValue)) nextMs = dueMs;
            }

            return nextMs;
        }
    }
}
