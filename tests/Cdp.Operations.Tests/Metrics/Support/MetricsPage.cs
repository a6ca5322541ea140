using System.Text.RegularExpressions;

namespace Cdp.Operations.Tests.Metrics.Support;

/// <summary>The Prometheus text of a server: the metrics it declares, by name, and the labels of their series.</summary>
internal sealed partial class MetricsPage
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, HashSet<string>> _labels = [];

    /// <summary>The declared names, with their types.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Everything that a query can name: counters and gauges by their name, histograms by their three.</summary>
    public IReadOnlySet<string> Queryable => _types.SelectMany(t => t.Value == "histogram" ? [t.Key + "_bucket", t.Key + "_sum", t.Key + "_count"] : new[] { t.Key }).ToHashSet();

    /// <summary>The labels that a declared metric's series have.</summary>
    public IReadOnlySet<string> Labels(string name) => _labels.GetValueOrDefault(name, []);

    /// <exception cref="FormatException">A metric is declared twice, or a series stands outside of its declaration.</exception>
    public static MetricsPage Parse(string text)
    {
        var page = new MetricsPage();
        var current = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal)) continue;
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                current = line.Split(' ')[2];
                if (!page._types.TryAdd(current, line.Split(' ')[3])) throw new FormatException($"{current} is declared twice.");
                page._labels[current] = [];
                continue;
            }

            if (!line.StartsWith(current, StringComparison.Ordinal)) throw new FormatException($"{line} stands below {current}.");
            foreach (Match label in LabelName().Matches(line)) page._labels[current].Add(label.Groups[1].Value);
        }

        return page;
    }

    [GeneratedRegex("""[{,]([a-z_]+)="(?:[^"\\]|\\.)*"(?=[,}])""", RegexOptions.IgnoreCase)]
    private static partial Regex LabelName();
}
