using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Simulation.Checking;
using Cdp.Simulation.Grid;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Clients;

/// <summary>A sender as SDKs are: it sends a batch again, to whichever silo answers, until every event in it is answered for good.</summary>
internal sealed class Client
{
    private static readonly PersonNote Note = new("admin", null);

    private readonly World _world;
    private readonly IReadOnlyList<Operation> _operations;
    private readonly Endpoint _here;
    private readonly int _number;
    private int _requests;

    public Client(World world, int number, IReadOnlyList<Operation> operations)
    {
        (_world, _number, _operations) = (world, number, operations);
        _here = new(new Life($"client {number + 1}"), null);
    }

    public bool IsDone { get; private set; }

    public void Start() => _ = RunAsync();

    private async Task RunAsync()
    {
        foreach (var operation in _operations)
        {
            await PauseAsync(TimeSpan.Zero);
            switch (operation)
            {
                case Ingest ingest:
                    await SendAsync(ingest);
                    break;
                case Read read:
                    await ReadAsync(read.Identifier);
                    break;
                case Walk walk:
                    await WalkAsync(walk);
                    break;
                case Patch patch:
                    await PatchAsync(patch);
                    break;
                case Merge merge:
                    await AskAsync(
                        async s => (object?)await s.Engine.MergeAsync(World.Workspace, new(null, merge.Survivor), new(null, merge.Absorbed), Note),
                        _world.Says ? $"merge {merge.Absorbed.Ref} into {merge.Survivor.Ref}" : "");
                    break;
                case Unmerge unmerge:
                    await UnmergeAsync(unmerge);
                    break;
                case SplitOff off:
                    await SplitAsync(off.Identifier, new(null, [off.Identifier], off.NeverMerge, Note));
                    break;
                case Erase erase:
                    await AskAsync(s => s.Engine.EraseAsync(World.Workspace, new(null, erase.Identifier), false, erase.Suppress), _world.Says ? $"erase {erase.Identifier.Ref}" : "");
                    break;
            }
        }

        IsDone = true;
    }

    private async Task SendAsync(Ingest ingest)
    {
        var sentAtMs = _world.Scheduler.Clock.NowMs;
        var label = _world.Says ? $"ingest {string.Join(", ", ingest.Events.Select(Wire.Describe))}" : "";
        for (var attempt = 1; ; attempt++)
        {
            var outcomes = await AskAsync(
                async s => (EventOutcome[]?)await s.Engine.IngestAsync(World.Workspace, [.. ingest.Events.Select(e => Wire.Parse(e, sentAtMs, _world))]), label);
            if (outcomes is not null && outcomes.All(o => o.Status != EventStatus.Failed))
            {
                _world.Checks.Acknowledged(ingest.Events, outcomes);
                return;
            }

            await PauseAsync(TimeSpan.FromMilliseconds(100 << Math.Min(attempt, 5)));
        }
    }

    private async Task WalkAsync(Walk walk)
    {
        var sentAtMs = _world.Scheduler.Clock.NowMs;
        var label = _world.Says ? $"{walk.Device} of {walk.Identifier.Ref} was at {string.Join(", ", walk.Fixes.Select(f => $"{Defined.Places[f.Place]} m {f.AgeMs} ms ago"))}" : "";
        Fix[] fixes = [.. walk.Fixes.Select(f => new Fix(walk.Device, Defined.At(f.Place), sentAtMs - f.AgeMs))];
        for (var attempt = 1; ; attempt++)
        {
            var answer = await AskAsync(async s => new Arrived(await s.Engine.MoveAsync(World.Workspace, new(null, walk.Identifier), fixes)), label);
            if (answer is not null)
            {
                if (answer.Moved is { } moved) _world.Checks.Arrived(moved);
                return;
            }

            await PauseAsync(TimeSpan.FromMilliseconds(100 << Math.Min(attempt, 5)));
        }
    }

    private async Task ReadAsync(Identifier identifier)
    {
        var due = _world.Checks.DueIn(identifier);
        var answer = await AskAsync(
            async s => new Found(await s.Engine.GetAsync(World.Workspace, new(null, identifier))), _world.Says ? $"read {identifier.Ref}" : "");
        if (answer is not null) _world.Checks.WasRead(_number, identifier, answer.View, due);
    }

    private async Task UnmergeAsync(Unmerge unmerge)
    {
        var history = await AskAsync(
            s => s.Engine.HistoryAsync(World.Workspace, new(null, unmerge.Identifier)), _world.Says ? $"history of {unmerge.Identifier.Ref}" : "");
        var merges = history?.Where(d => d.Kind == DecisionKind.Merged).Select(d => d.Merge).ToList();
        if (merges is { Count: > 0 }) await SplitAsync(unmerge.Identifier, new(merges[unmerge.Pick % merges.Count], [], unmerge.NeverMerge, Note));
    }

    private Task SplitAsync(Identifier identifier, PersonSplit split) =>
        AskAsync(
            async s => (object?)await s.Engine.SplitAsync(World.Workspace, new(null, identifier), split),
            _world.Says ? $"split {(split.Undo is { } undo ? $"merge {_world.NameOf(undo.Survivor)} v{undo.Version}" : "")} off {identifier.Ref}" : "");

    private Task PatchAsync(Patch patch) =>
        AskAsync(
            s => s.Engine.PatchTraitsAsync(
                World.Workspace, new(null, patch.Identifier), System.Text.Encoding.UTF8.GetBytes($$"""{"note":{{patch.Value}}}"""), new EventSource("back end")),
            _world.Says ? $"patch {patch.Identifier.Ref}" : "");

    /// <summary>Waits for a time; without one, for its turn among all that can happen.</summary>
    private Task PauseAsync(TimeSpan time)
    {
        var done = new TaskCompletionSource();
        var label = _world.Says ? $"{_here.Life.Name} goes on" : "";
        if (time > TimeSpan.Zero) _world.Scheduler.Clock.Call(_here.Life, time, label, () => done.TrySetResult());
        else _world.Scheduler.Add(new(_here.Life, label, () => done.TrySetResult()));
        return done.Task;
    }

    /// <summary>Asks a silo.</summary>
    /// <returns>Null when it could not answer, or when no answer came.</returns>
    private async Task<T?> AskAsync<T>(Func<Silo, Task<T?>> work, string what) where T : class
    {
        var silo = _world.Silos[(_number + ++_requests) % _world.Silos.Count];
        var call = new Call<T?>(_world, _here, null);
        var label = _world.Says ? $"{_here.Life.Name} → {silo.Name}: {what}" : "";
        _world.Scheduler.Add(new(Life.Endless, label, Arrive, HitBy.Network, variant =>
        {
            if (variant % 2 == 0)
            {
                call.Lose();
                return "the request is dropped";
            }

            Arrive();
            _world.Scheduler.Add(new(Life.Endless, label + " (again)", Arrive));
            return "the request is doubled";
        }));
        return await call.Task;

        void Arrive()
        {
            silo.Life.WhenLost(call.Lose);
            _ = AnswerAsync(silo, call, work);
        }
    }

    private async Task AnswerAsync<T>(Silo silo, Call<T?> call, Func<Silo, Task<T?>> work) where T : class
    {
        try
        {
            var answer = await work(silo);
            call.Answer(answer, _world.Says ? $"{silo.Name} → {_here.Life.Name}: {_world.Describe(answer switch { Found f => f.View, Arrived a => a.Moved, _ => answer })}" : "", true);
        }
        catch (Exception error) when (error is GridUnavailableException or GridOverloadedException)
        {
            call.Answer(null, _world.Says ? $"{silo.Name} → {_here.Life.Name}: {error.GetType().Name}" : "", true);
        }
#pragma warning disable CA1031 // Whatever else comes out of the engine is a defect.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _world.Fail(Invariants.NoUnexpectedException, error.ToString());
        }
    }

    private sealed record Found(ProfileView? View);

    private sealed record Arrived(Moved? Moved);
}
