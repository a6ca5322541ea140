using System.Text;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Shrinking;

/// <summary>
/// Makes a failing plan as small as it gets while it still breaks the same invariant: fewer operations and events, fewer faults, and a schedule in
/// which nothing overtakes anything unless it has to.
/// </summary>
internal static class Shrinker
{
    private const int MaxRuns = 6_000;

    /// <summary>Shrinks a plan that fails.</summary>
    /// <returns>The smallest plan found, with how it fails.</returns>
    public static (Plan Plan, Violation Violation, int Runs) Shrink(Plan plan, Violation violation)
    {
        var search = new Search(plan, violation);
        int before;
        do
        {
            before = search.Size;
            search.CutTheEnd();
            search.DropOperations();
            search.DropEvents();
            search.DropFaults();
            search.DullPicks();
        }
        while (search.Size < before && search.Runs < MaxRuns);
        return (search.Best, search.Violation, search.Runs);
    }

    /// <summary>Shrinks a plan that fails and tells the story of what is left.</summary>
    public static string Tell(Plan plan)
    {
        var first = Runner.Run(plan);
        if (first.Violation is not { } violation) return $"Seed {plan.Seed} does not fail.";
        var (small, _, runs) = Shrink(plan, violation);
        var story = new Story();
        Runner.Run(small, story);
        var text = new StringBuilder();
        text.AppendLine($"The shortest story of seed {plan.Seed} that {runs} runs found, {small.Knobs.Silos} silos, policy {small.Knobs.Policy}, {small.Operations.Count} operations:");
        text.Append(story.Text);
        text.Append($"Replay the whole of it with: ./cdp simulate --seed {plan.Seed} --story");
        return text.ToString();
    }

    private sealed class Search(Plan plan, Violation violation)
    {
        public Plan Best { get; private set; } = plan;

        public Violation Violation { get; private set; } = violation;

        public int Runs { get; private set; }

        public int Size =>
            Best.Operations.Sum(o => 10 + (o is Ingest i ? i.Events.Sum(e => 1 + e.Identifiers.Count) : 1))
            + Best.Decisions.Count + Best.Decisions.Sum(d => (d.Fault == Fault.None ? 0 : 20) + (d.Pick == 0 ? 0 : 2));

        public void CutTheEnd() => Try(Best with { Decisions = [.. Best.Decisions.Take(Violation.Step)] });

        public void DropOperations() => DropChunks(Best.Operations.Count, (from, count) => Best with { Operations = Without(Best.Operations, from, count) });

        public void DropEvents()
        {
            for (var i = 0; i < Best.Operations.Count; i++)
            {
                if (Best.Operations[i] is not Ingest ingest) continue;
                for (var e = ingest.Events.Count - 1; e >= 0 && ingest.Events.Count > 1; e--)
                {
                    if (Try(Replace(i, ingest with { Events = Without(ingest.Events, e, 1) }))) ingest = (Ingest)Best.Operations[i];
                }

                for (var e = 0; e < ingest.Events.Count; e++)
                {
                    for (var n = ingest.Events[e].Identifiers.Count - 1; n >= 0 && ingest.Events[e].Identifiers.Count > 1; n--)
                    {
                        var smaller = ingest.Events[e] with { Identifiers = Without(ingest.Events[e].Identifiers, n, 1) };
                        if (Try(Replace(i, ingest with { Events = [.. ingest.Events.Select((old, at) => at == e ? smaller : old)] })))
                            ingest = (Ingest)Best.Operations[i];
                    }
                }
            }
        }

        public void DropFaults() => DropChunks(Best.Decisions.Count, (from, count) => Dull(from, count, d => d with { Fault = Fault.None, Argument = 0 }));

        public void DullPicks()
        {
            DropChunks(Best.Decisions.Count, (from, count) => Dull(from, count, d => d with { Pick = 0 }));
            DropChunks(Best.Decisions.Count, (from, count) => Best with { Decisions = Without(Best.Decisions, from, count) });
        }

        private Plan? Dull(int from, int count, Func<Decision, Decision> dull)
        {
            Decision[] decisions = [.. Best.Decisions];
            var changed = false;
            for (var i = from; i < Math.Min(from + count, decisions.Length); i++)
            {
                var dulled = dull(decisions[i]);
                changed |= dulled != decisions[i];
                decisions[i] = dulled;
            }

            return changed ? Best with { Decisions = decisions } : null;
        }

        private void DropChunks(int length, Func<int, int, Plan?> without)
        {
            for (var size = Math.Max(1, length / 2); size >= 1; size /= 2)
            {
                for (var from = length - size; from > -size && Runs < MaxRuns; from -= size)
                {
                    if (without(Math.Max(0, from), size) is { } smaller) Try(smaller);
                }
            }
        }

        private Plan Replace(int at, Operation operation) => Best with { Operations = [.. Best.Operations.Select((old, i) => i == at ? operation : old)] };

        private static List<T> Without<T>(IReadOnlyList<T> items, int from, int count) => [.. items.Where((_, i) => i < from || i >= from + count)];

        private bool Try(Plan candidate)
        {
            if (Runs >= MaxRuns) return false;
            Runs++;
            var result = Runner.Run(candidate);
            if (result.Violation is not { } found || found.Invariant != Violation.Invariant) return false;
            (Best, Violation) = (candidate, found);
            return true;
        }
    }
}
