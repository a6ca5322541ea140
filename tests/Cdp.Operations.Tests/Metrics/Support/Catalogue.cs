using Cdp.Testing;

namespace Cdp.Operations.Tests.Metrics.Support;

/// <summary>One row of docs/metrics.md.</summary>
internal sealed record CataloguedInstrument(string Name, string Prometheus, string Type, string Unit, IReadOnlySet<string> Tags, string Meaning);

/// <summary>The tables of docs/metrics.md.</summary>
internal static class Catalogue
{
    /// <summary>All rows, of our own instruments and of those of others that are worth watching.</summary>
    public static IReadOnlyList<CataloguedInstrument> Read() =>
    [
        .. File.ReadLines(Path.Combine(RepositoryRoot.Find()!, "docs", "metrics.md"))
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .Select(l => l.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Select(c => new CataloguedInstrument(Bare(c[0]), Bare(c[1]), c[2], Bare(c[3]), TagsOf(c[4]), c[5])),
    ];

    private static string Bare(string cell) => cell.Trim('`');

    // "`status`: applied, duplicate; `code`", or "none".
    private static HashSet<string> TagsOf(string cell) => cell.Split('`').Where((_, i) => i % 2 == 1).ToHashSet();
}
