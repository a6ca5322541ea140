using System.Text.Json;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Import.Mapping;

/// <summary>Which column goes where: what <c>--map</c> says, and what becomes of the columns that it does not name.</summary>
internal sealed class ColumnMap
{
    private readonly Dictionary<string, MapTarget> _targets = new(StringComparer.Ordinal);

    /// <summary>True to leave out every column that no map names.</summary>
    public bool OnlyMapped { get; init; }

    /// <summary>Where columns go that no map names: traits for identify, properties for track.</summary>
    public TargetKind Rest { get; init; } = TargetKind.Trait;

    /// <summary>Source column or path to target, as given.</summary>
    public IReadOnlyDictionary<string, MapTarget> Targets => _targets;

    /// <summary>Reads the values of <c>--map</c>: <c>column=target</c>, several of them between commas, or a JSON file of <c>{"column":"target"}</c>.</summary>
    public static ColumnMap Parse(IEnumerable<string> specs, bool onlyMapped, TargetKind rest)
    {
        var map = new ColumnMap { OnlyMapped = onlyMapped, Rest = rest };
        foreach (var spec in specs)
        {
            if (!spec.Contains('=') && spec.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) map.AddFile(spec);
            else foreach (var pair in spec.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) map.AddPair(pair);
        }

        return map;
    }

    /// <summary>The target of a CSV column.</summary>
    public MapTarget For(string column)
    {
        if (_targets.TryGetValue(column, out var target)) return target;
        return OnlyMapped || column.Length == 0 ? MapTarget.Leave : new MapTarget(Rest, [column]);
    }

    private void AddFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var member in document.RootElement.EnumerateObject()) Add(member.Name, member.Value.GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw CliException.Usage($"--map {path}: not a JSON object of the form {{\"column\":\"target\"}}.");
        }
    }

    private void AddPair(string pair)
    {
        // Targets hold no '=', column names may: the last one separates.
        var at = pair.LastIndexOf('=');
        if (at < 0) throw CliException.Usage($"--map '{pair}': expected column=target, or a .json file.");
        Add(pair[..at].Trim(), pair[(at + 1)..].Trim());
    }

    private void Add(string column, string target)
    {
        var parsed = MapTarget.Parse(target);
        if (!_targets.TryAdd(column, parsed)) throw CliException.Usage($"--map: column '{column}' is mapped twice.");
        if (parsed.IsSingle && _targets.Count(t => t.Value.ToString() == parsed.ToString()) > 1)
        {
            throw CliException.Usage($"--map: two columns are mapped to '{target}'.");
        }
    }
}
