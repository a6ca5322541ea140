namespace Cdp.Simulation.Plans;

/// <summary>All that makes one run: knobs, what the clients do, and what the adversary decides. Two runs of one plan are the same to the byte.</summary>
/// <param name="Seed">Where it came from.</param>
/// <param name="Knobs">The world.</param>
/// <param name="Operations">What the clients do, each client its own in this order.</param>
/// <param name="Decisions">One per step; when they end, the faults end too.</param>
internal sealed record Plan(int Seed, Knobs Knobs, IReadOnlyList<Operation> Operations, IReadOnlyList<Decision> Decisions)
{
    /// <summary>Makes the plan of a seed.</summary>
    public static Plan Of(int seed, Func<Knobs, Knobs>? adjust = null)
    {
        var random = new Random(seed);
        var knobs = Knobs.Draw(random);
        if (adjust is not null) knobs = adjust(knobs);
        var operations = new Workload(knobs, random).Operations();
        return new Plan(seed, knobs, operations, Decide(knobs, random));
    }

    private static Decision[] Decide(Knobs knobs, Random random)
    {
        Fault[] possible = [.. Possible(knobs)];
        var decisions = new Decision[knobs.Steps];
        for (var i = 0; i < decisions.Length; i++)
        {
            var pick = random.Next(1 << 16);
            var fault = possible.Length > 0 && random.Next(1_000) < knobs.FaultsPerThousand ? possible[random.Next(possible.Length)] : Fault.None;
            decisions[i] = new(pick, fault, fault == Fault.None ? 0 : random.Next(1 << 16));
        }

        return decisions;
    }

    private static IEnumerable<Fault> Possible(Knobs knobs)
    {
        // Weights by repetition: what hits the step's own pick is the commonest, a restart of everything the rarest.
        var kinds = knobs.Faults;
        if ((kinds & (FaultKinds.Messages | FaultKinds.Store)) != 0)
        {
            for (var i = 0; i < 8; i++) yield return Fault.Hit;
        }

        if (kinds.HasFlag(FaultKinds.Store)) yield return Fault.Outage;
        if (kinds.HasFlag(FaultKinds.Losses))
        {
            foreach (var fault in (Fault[])[Fault.LeaveMemory, Fault.LeaveMemory, Fault.LoseActor, Fault.LoseActor, Fault.KillSilo, Fault.RestartAll])
                yield return fault;
        }

        if (kinds.HasFlag(FaultKinds.Duplicates))
        {
            foreach (var fault in (Fault[])[Fault.SplitOrHeal, Fault.SplitOrHeal, Fault.WrongRoute, Fault.WrongRoute]) yield return fault;
        }

        if (kinds.HasFlag(FaultKinds.Clock)) yield return Fault.Jump;
        if (kinds.HasFlag(FaultKinds.StaleHints)) yield return Fault.StaleHint;
    }
}
