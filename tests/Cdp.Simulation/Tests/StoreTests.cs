using System.Diagnostics;
using System.Globalization;
using Cdp.Core.Journal;
using Cdp.Simulation.Checking;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Simulation.Store;
using Cdp.Storage.Sqlite;
using Cdp.Testing;
using Cdp.Testing.Sqlite;
using Xunit.Abstractions;

namespace Cdp.Simulation.Tests;

/// <summary>The same workload over the real SQLite journal: what is found after a crash is what the model says had become durable.</summary>
public sealed class StoreTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cdp-simulation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_a_kill_at_any_moment_the_file_holds_exactly_the_units_that_were_durable()
    {
        var first = Seeds.Next(output) & 0xFFFFFF;
        var random = new Random(first);
        for (var seed = first; seed < first + 10; seed++)
        {
            var directory = Path.Combine(_folder, $"kill-{seed}");
            var acknowledged = await RunAndKillAsync(seed, directory, random.Next(250));
            Runner.Run(StoreCommand.PlanOf(seed), new RunOptions(), out var everything);
            await using var journal = await OpenAsync(directory);
            var atLeast = await DifferenceAsync(journal, seed, acknowledged, everything);
            // The unit whose line was not written any more may be durable or not.
            var oneMore = atLeast is null ? null : await DifferenceAsync(journal, seed, acknowledged + 1, everything);
            Assert.True(atLeast is null || oneMore is null, $"Seed {seed}, {acknowledged} units acknowledged: {atLeast}; with one more: {oneMore}.");
            output.WriteLine($"seed {seed}: killed after {acknowledged} units");
        }
    }

    [Fact]
    public async Task On_a_disk_that_fails_the_file_holds_exactly_the_units_that_were_durable()
    {
        var first = Seeds.Next(output) & 0xFFFFFF;
        var (failures, units) = (0, 0);
        for (var seed = first; seed < first + 40; seed++)
        {
            var directory = Directory.CreateDirectory(Path.Combine(_folder, $"disk-{seed}")).FullName;
            var (result, durable, faults) = await RunOnFailingDiskAsync(seed, directory);
            failures += faults;
            Assert.True(result.Violation is null, $"Seed {seed}: {result.Violation}");
            await using var recovered = await OpenAsync(directory);
            Assert.Null(await StoreAudit.DifferenceAsync(recovered, durable, durable));
            Assert.Empty(await recovered.CheckAsync());
            units += result.Commits;
        }

        output.WriteLine($"{failures} faults of the disk, {units} units durable");
        Assert.True(failures > 0, "The disk never failed.");
    }

    private static async Task<(RunResult Result, Ledger Durable, int Faults)> RunOnFailingDiskAsync(int seed, string directory)
    {
        var plan = Plan.Of(seed, k => k with { Operations = 40, Steps = 800, ValuesPerType = 6, Faults = k.Faults & ~FaultKinds.Store });
        using var disk = FaultVfs.Attach(directory);
        await using var journal = await OpenAsync(directory);
        var faults = new FaultPlan(seed, outages: 6, commits: 60);
        var failures = 0;
        disk.Plan = call =>
        {
            var fault = faults.Next(call);
            if (fault is not null) Interlocked.Increment(ref failures);
            return fault;
        };
        var (result, durable) = await Task.Run(() => (Runner.Run(plan, new RunOptions(Store: journal), out var ledger), ledger));
        disk.Plan = static _ => null;
        return (result, durable, failures);
    }

    private static Task<SqliteJournal> OpenAsync(string directory) =>
        SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = directory }, TimeProvider.System);

    private static async Task<string?> DifferenceAsync(IJournal journal, int seed, int units, Ledger everything)
    {
        var durable = new Ledger();
        if (units > 0) Runner.Run(StoreCommand.PlanOf(seed), new RunOptions(StopAfterCommits: units), out durable);
        return await StoreAudit.DifferenceAsync(journal, durable, everything);
    }

    /// <summary>Starts a child on a seed and kills it when it has said so many units to be durable.</summary>
    /// <returns>How many it has said in all.</returns>
    private static async Task<int> RunAndKillAsync(int seed, string directory, int units)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Runner).Assembly.Location, "store", seed.ToString(CultureInfo.InvariantCulture), directory])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var acknowledged = 0;
        var isKilled = false;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            Assert.False(line.StartsWith("violates", StringComparison.Ordinal), line);
            if (int.TryParse(line, CultureInfo.InvariantCulture, out var said)) acknowledged = said;
            if (acknowledged < units || isKilled) continue;
            process.Kill();
            isKilled = true;
        }

        await process.WaitForExitAsync();
        return acknowledged;
    }
}
