using System.Diagnostics;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Index;
using Cdp.Core.Geofences.Tracking;

namespace Cdp.Benchmarks.Geofences;

/// <summary>
/// Fixes of many devices at random places in the fences' area, enter and exit on, judged by two threads in this process: the index is searched, the state of the
/// device goes one step, nothing is stored. Beside it what the index takes and what a change costs. The rate is by processor time, two cores' worth, so that other
/// processes on the machine do not count; what the clock said stands beside it.
/// </summary>
internal static class GeofenceCost
{
    private const int Threads = 2;
    private const int CustomersPerThread = 10_000;
    private const double Goal = 30_000;

    /// <summary>23 h: anywhere is within reach of anywhere, and no visit has been forgotten.</summary>
    private const long GapMs = 82_800_000;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    /// <summary>Measures all cells but those of a million polygons.</summary>
    public static void Run(Report report)
    {
        Measure(null, new(1_000, "5 km circle"));
        Measure(report, new(23_000, "5 km circle"));
        foreach (var shape in new[] { "200 m circle", "5 km circle", "50-point polygon", "500-point polygon" })
        {
            foreach (var count in new[] { 1_000, 23_000, 100_000, 1_000_000 })
            {
                if ((count, shape) is (23_000, "5 km circle") or (1_000_000, "50-point polygon" or "500-point polygon")) continue;
                Measure(report, new(count, shape));
            }
        }
    }

    /// <summary>Measures a million polygons of 50 points, which take minutes to be read. A million of 500 points would take over 4 GB.</summary>
    public static void RunMillion(Report report) => Measure(report, new(1_000_000, "50-point polygon"));

    private static void Measure(Report? report, GeneratedFences generated)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var compiled = new List<Fence>(generated.Count);
        var started = Stopwatch.GetTimestamp();
        compiled.AddRange(generated.All());
        var compile = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        var index = FenceIndex.Empty.Change(compiled, []);
        var import = Stopwatch.GetElapsedTime(started);
        compiled = null;
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)generated.Count;
        var replace = MedianReplaceMicroseconds(index, generated);
        var (fixes, told, inside, cpu, wall) = Drive(index, generated);
        var each = cpu.TotalMicroseconds / fixes;
        var rate = Threads * 1e6 / each;
        report?.Add(
            $"geofences: {generated.Count:N0} of {generated.Shape}, two cores",
            $"{Report.N(rate)} fixes/s ({Report.N(each)} µs each; {Report.N(fixes / wall.TotalSeconds)}/s by the clock; in {Report.N(inside)} fences, {Report.N(told / (double)fixes)} transitions each)",
            $"{bytes:N0} B a fence; read in {compile.TotalSeconds:0.0} s, indexed in {import.TotalSeconds:0.00} s; one replaced in {Report.N(replace)} µs; goal {Goal:N0}",
            rate / Goal,
            ">= 1.00");
    }

    private static double MedianReplaceMicroseconds(FenceIndex index, GeneratedFences generated)
    {
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var fence = generated.Another(i);
            var started = Stopwatch.GetTimestamp();
            index = index.With(fence);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }

        return times.Order().ElementAt(100);
    }

    private static (long Fixes, long Told, double Inside, TimeSpan Cpu, TimeSpan Wall) Drive(FenceIndex index, GeneratedFences generated)
    {
        long fixes = 0, told = 0, inside = 0;
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(seed => new Thread(() =>
        {
            var random = new Random(seed);
            var states = new TrackState[CustomersPerThread];
            Array.Fill(states, TrackState.Empty);
            var (taken, transitions, within) = (0L, 0L, 0L);
            while (Stopwatch.GetElapsedTime(started) < Length)
            {
                for (var i = 0; i < 256; i++, taken++)
                {
                    var customer = (int)(taken % CustomersPerThread);
                    var fix = new Fix("phone", generated.Position(random), (taken / CustomersPerThread * GapMs) + 1, 5);
                    var step = FenceTracker.Step(states[customer], fix, index, PositionOptions.Default);
                    states[customer] = step.State;
                    transitions += step.Transitions.Count;
                    if (i == 0) within += step.State.FencesOf("phone").Count();
                }
            }

            Interlocked.Add(ref fixes, taken);
            Interlocked.Add(ref told, transitions);
            Interlocked.Add(ref inside, within * 256);
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return (fixes, told, inside / (double)fixes, Environment.CpuUsage.TotalTime - cpu, Stopwatch.GetElapsedTime(started));
    }
}
