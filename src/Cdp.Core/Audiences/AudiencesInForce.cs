using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cdp.Core.Audiences;

/// <summary>The audiences and computed traits of a workspace that are in force.</summary>
/// <param name="Plan">The compiled definitions.</param>
/// <param name="Name">Names the definitions with their versions: equal names are equal definitions.</param>
public sealed record AudiencesInForce(AudiencePlan Plan, string Name)
{
    /// <summary>No definitions.</summary>
    public static AudiencesInForce None { get; } = new(AudiencePlan.Empty, "");

    /// <summary>What they were compiled from.</summary>
    public DefinitionSet Definitions { get; private init; } = DefinitionSet.Empty;

    /// <summary>A short form of <see cref="Name"/>: 16 hexadecimal digits of its SHA-256; empty for no definitions.</summary>
    public string Key { get; } = Name.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)).AsSpan(0, 8));

    /// <summary>Whether there is nothing to judge and nothing to compute.</summary>
    public bool IsEmpty => Plan.Audiences.Count == 0 && Plan.Computed.Count == 0;

    /// <summary>Puts definitions in force.</summary>
    /// <param name="definitions">The definitions.</param>
    /// <param name="plan">What they compile to.</param>
    /// <returns>The definitions in force.</returns>
    public static AudiencesInForce Of(DefinitionSet definitions, AudiencePlan plan)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(plan);
        var names = definitions.Computed.Select(d => ("c", d.Key, d.Value)).Concat(definitions.Audiences.Select(d => ("a", d.Key, d.Value)))
            .Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Item1}:{d.Key}@{d.Value.Version}"));
        var inForce = new AudiencesInForce(plan, string.Join(',', names)) { Definitions = definitions };
        return inForce.IsEmpty ? None : inForce;
    }

    /// <summary>The audiences that were not in force under another name, or read a computed trait or an audience that was not: their members may be others.</summary>
    /// <param name="earlier">The name of earlier definitions; empty for none.</param>
    /// <returns>The ids, in order.</returns>
    public IReadOnlyList<string> NewSince(string earlier)
    {
        HashSet<string> known = [.. earlier.Split(',')];
        HashSet<string> changed = [.. Name.Split(',').Where(n => !known.Contains(n)).Select(n => n[..n.IndexOf('@', StringComparison.Ordinal)])];
        return [.. Plan.Audiences.Select(a => a.Id).Where(id => Definitions.Only(Plan, [id]) is var read
            && (read.Audiences.Keys.Any(a => changed.Contains("a:" + a)) || read.Computed.Keys.Any(c => changed.Contains("c:" + c))))];
    }
}
