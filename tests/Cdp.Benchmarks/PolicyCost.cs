using System.Diagnostics;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Benchmarks;

/// <summary>Core's own work for an event with five identifiers that all belong to one customer: the plan of the policy and the fold, nothing else.</summary>
internal static class PolicyCost
{
    private const int Rounds = 9;
    private const int Events = 20_000;
    private const double LimitMicroseconds = 10;

    public static Task RunAsync(Report report)
    {
        Measure(new CustomerId(Guid.CreateVersion7()));
        var rounds = Enumerable.Range(0, Rounds).Select(_ => Measure(new CustomerId(Guid.CreateVersion7()))).ToList();
        var time = rounds.Select(r => r.Microseconds).Order().ElementAt(Rounds / 2);
        report.Add(
            "plan and apply of an event with 5 known identifiers, allocating " + Report.N(rounds.Select(r => r.Bytes).Order().ElementAt(Rounds / 2)) + " bytes",
            $"{Report.N(time)} µs", $"{Report.N(LimitMicroseconds)} µs", time / LimitMicroseconds, "<= 1.00");
        return Task.CompletedTask;
    }

    private static (double Microseconds, double Bytes) Measure(CustomerId id)
    {
        var rules = IdentityRules.Default;
        var engine = new BenchEngine(new NullJournal());
        var events = Enumerable.Range(0, Events).Select(i => engine.WithFive(i)).ToArray();
        var state = new CustomerState(id);
        state.Evolve(1, 0, new DecidedRecord("m", [.. events[0].Identifiers.Select(i =>
            new Decision(DecisionKind.Linked, i, ReasonCodes.Linked, null, new LinkFact(id, 0, "bench")))]));
        GC.Collect();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        var version = 1L;
        foreach (var e in events)
        {
            var facts = state.FactsFor(rules);
            Candidate[] candidates = [.. e.Identifiers.Select(i => new Candidate(i, facts, state.Links[i].LinkedAtMs))];
            var plan = IdentityPolicy.Plan(rules, new PolicyEvent(e.OrderMs), candidates);
            if (plan.Steps.Count > 0 || plan.Target != id) throw new InvalidOperationException("All of them are the customer's already.");
            state.Evolve(++version, e);
        }

        return (Stopwatch.GetElapsedTime(started).TotalMicroseconds / Events, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Events);
    }
}
