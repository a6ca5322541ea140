using Cdp.Simulation.Checking;
using Cdp.Simulation.Clients;
using Cdp.Simulation.Grid;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Scheduling;
using Cdp.Simulation.Store;

namespace Cdp.Simulation.Running;

/// <summary>Everything that one run consists of: silos with the real Core actors and engine, a store, a network, clients and one clock.</summary>
internal sealed partial class World
{
    public const string Workspace = "shop";

    // Every step takes some time, so that not everything happens at once.
    private static readonly TimeSpan StepTime = TimeSpan.FromMicroseconds(200);

    private readonly List<Client> _clients = [];
    private int _step;
    private Sweeper? _sweeper;
    private (int Left, int Argument) _outage;

    public World(Plan plan, RunOptions options)
    {
        (Plan, Options) = (plan, options);
        Scheduler = new Scheduler(new SimClock());
        Store = new SimStore(this, options.Store);
        Checks = new Checks(this);
        Network = new Network(this);
        Silos = [.. Enumerable.Range(1, plan.Knobs.Silos).Select(n => new Silo(this, n, plan.Seed * 31 + n))];
        Directory = new ActorDirectory(Silos);
        for (var i = 0; i < plan.Knobs.Clients; i++)
            _clients.Add(new Client(this, i, [.. plan.Operations.Where(o => o.Client == i)]));
    }

    public Plan Plan { get; }

    public Scheduler Scheduler { get; }

    public SimStore Store { get; }

    public Checks Checks { get; }

    public Network Network { get; }

    public ActorDirectory Directory { get; }

    public IReadOnlyList<Silo> Silos { get; }

    public RunOptions Options { get; }

    /// <summary>Whether a story is told: labels are made only then.</summary>
    public bool Says => Options.Story is not null;

    public Violation? Violation { get; private set; }

    public int FaultsHit { get; private set; }

    /// <summary>Whether something is left to do.</summary>
    public bool GoesOn => Violation is null && Checks.Commits != Options.StopAfterCommits && (Scheduler.Choices > 0 || IsAwaited);

    private bool IsAwaited => _clients.Exists(c => !c.IsDone) || _sweeper is { IsDone: false };

    /// <summary>Whether the checks of the end are to come.</summary>
    public bool GoesToItsEnd => Violation is null && Options.StopAfterCommits is null;

    /// <summary>Some time later, looks at those who are due, as a silo's sweep does.</summary>
    public void Sweep(TimeSpan later)
    {
        Scheduler.Clock.Advance(later);
        _sweeper = new Sweeper(this);
        _sweeper.Start();
    }

    public void Start()
    {
        foreach (var client in _clients) client.Start();
    }

    /// <summary>One step: a fault, if there is one, then the next thing that happens.</summary>
    public void Step(Decision decision)
    {
        _step++;
        Scheduler.Clock.Advance(StepTime);
        if (decision.Fault is not (Fault.None or Fault.Hit)) Strike(decision);
        if (Scheduler.Choices == 0)
        {
            if (IsAwaited) Fail(Invariants.Liveness, "Nothing can happen any more, and a client still waits.");
            return;
        }

        var taken = Scheduler.Take(decision.Pick % Scheduler.Choices);
        if (taken is null)
        {
            var fired = Scheduler.Clock.FireNext();
            if (Says) Tell($"(time) {fired}");
            return;
        }

        if (Hits(taken, decision) is { } argument && taken.Hit!(argument) is { } fault)
        {
            FaultsHit++;
            if (Says) Tell($"{taken.Label} — FAULT: {fault}");
            return;
        }

        if (Says) Tell(taken.Label);
        taken.Run();
    }

    /// <summary>The faults are over: everybody sees everybody again.</summary>
    public void Calm()
    {
        if (Says) Tell("— no more faults —");
        Directory.HealAll();
        _outage.Left = 0;
    }

    public void Fail(string invariant, string text)
    {
        if (Violation is not null) return;
        Violation = new(invariant, text, _step);
        if (Says) Tell($"VIOLATION of {invariant}: {text}");
    }

    public void Tell(string line) => Options.Story?.Tell(_step, Scheduler.Clock.Elapsed, line);

    /// <summary>The argument of the fault that hits something, null when none does.</summary>
    private int? Hits(Waiting taken, Decision decision)
    {
        if (taken.By == HitBy.Store && _outage.Left > 0)
        {
            _outage.Left--;
            return _outage.Argument;
        }

        return decision.Fault == Fault.Hit && Allows(taken.By) ? decision.Argument : null;
    }

    private bool Allows(HitBy by) => by switch
    {
        HitBy.Network => Plan.Knobs.Faults.HasFlag(FaultKinds.Messages),
        HitBy.Store => Plan.Knobs.Faults.HasFlag(FaultKinds.Store),
        _ => false,
    };
}
