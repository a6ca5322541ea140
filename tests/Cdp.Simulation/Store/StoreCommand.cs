using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Storage.Sqlite;

namespace Cdp.Simulation.Store;

/// <summary>
/// The workload of a seed over a real SQLite file, for a parent that kills this process: says how many units are durable, a line after each. Which units
/// these are is a function of the seed.
/// </summary>
internal static class StoreCommand
{
    /// <summary>A world that goes on for long enough to be killed in the middle, over a store without simulated faults.</summary>
    public static Plan PlanOf(int seed) => Plan.Of(seed, k => k with
    {
        Clients = 4,
        Operations = 400,
        Steps = 8_000,
        ValuesPerType = 12,
        Faults = k.Faults & ~FaultKinds.Store,
        FaultsPerThousand = 20,
        Erases = k.Policy != PolicyKind.Plain,
    });

    public static async Task<int> RunAsync(int seed, string directory)
    {
        await using var journal = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = directory }, TimeProvider.System);
        using var output = Console.OpenStandardOutput();
        using var acknowledged = new StreamWriter(output) { AutoFlush = true };
        var result = Runner.Run(PlanOf(seed), new RunOptions(Store: journal, Durable: acknowledged.WriteLine), out _);
        await acknowledged.WriteLineAsync(result.Violation is { } v ? $"violates {v.Invariant}: {v.Text}" : "done");
        return result.Violation is null ? 0 : 1;
    }
}
