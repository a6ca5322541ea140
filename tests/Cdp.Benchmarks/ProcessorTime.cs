using System.Globalization;

namespace Cdp.Benchmarks;

/// <summary>
/// What the servers that this process has started, and their own children, use of the processors, by program. On a machine that others use as well it
/// varies much less than requests per second. Linux only.
/// </summary>
internal sealed class ProcessorTime
{
    private const double TicksPerSecond = 100;
    private readonly Dictionary<int, (string Program, long Ticks)> _start = Read();

    /// <summary>Seconds of processor time since this was made, by program; of processes that have ended since, none.</summary>
    public IReadOnlyDictionary<string, double> Seconds() => Read()
        .GroupBy(p => p.Value.Program, p => p.Value.Ticks - _start.GetValueOrDefault(p.Key).Ticks)
        .Where(g => g.Sum() > 0)
        .ToDictionary(g => g.Key, g => g.Sum() / TicksPerSecond);

    private static Dictionary<int, (string Program, long Ticks)> Read()
    {
        var all = new Dictionary<int, (int Parent, string Program, long Ticks)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var name = stat[(stat.IndexOf('(') + 1)..stat.LastIndexOf(')')];
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                all[id] = (int.Parse(fields[1], CultureInfo.InvariantCulture), name, Number(fields[11]) + Number(fields[12]));
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return all.Where(p => IsBelowUs(p.Value.Parent, all)).ToDictionary(p => p.Key, p => (p.Value.Program, p.Value.Ticks));
    }

    private static bool IsBelowUs(int parent, Dictionary<int, (int Parent, string Program, long Ticks)> all)
    {
        while (parent != Environment.ProcessId)
        {
            if (!all.TryGetValue(parent, out var next)) return false;
            parent = next.Parent;
        }

        return true;
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
