using System.Globalization;

namespace Cdp.Benchmarks;

/// <summary>One table over all scenarios, in Markdown.</summary>
internal sealed class Report
{
    private readonly string _loadAtStart = LoadAverage();
    private readonly List<(string What, string Measured, string Peer, string Ratio, string Goal)> _rows = [];

    public static string N(double value) => value.ToString(value >= 100 ? "N0" : "N2", CultureInfo.InvariantCulture);

    public void Add(string what, string measured, string peer, double ratio, string goal)
    {
        _rows.Add((what, measured, peer, ratio.ToString("0.00", CultureInfo.InvariantCulture), goal));
        Console.WriteLine($"{what}: {measured} against {peer}: {_rows[^1].Ratio} (goal {goal}; load average {LoadAverage()})");
    }

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine(
            $"{Environment.ProcessorCount} processors, {Environment.OSVersion}, .NET {Environment.Version}, load average {_loadAtStart} at the start, {LoadAverage()} at the end");
        Console.WriteLine("| what | measured | peer or limit in the same run | ratio | goal |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (what, measured, peer, ratio, goal) in _rows) Console.WriteLine($"| {what} | {measured} | {peer} | {ratio} | {goal} |");
    }

    /// <summary>Of the last minute: processes that wanted to run, ours and those of others. Linux only.</summary>
    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
