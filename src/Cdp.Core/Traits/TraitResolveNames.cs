namespace Cdp.Core.Traits;

/// <summary>The names of the rules in settings, answers and the journal. They are stored: never changed or reused.</summary>
public static class TraitResolveNames
{
    private static readonly (TraitResolve Resolve, string Name)[] Names =
    [
        (TraitResolve.Latest, "latest"), (TraitResolve.First, "first"), (TraitResolve.Max, "max"), (TraitResolve.Min, "min"),
        (TraitResolve.Sum, "sum"), (TraitResolve.Union, "union"), (TraitResolve.SourcePriority, "sourcePriority"),
    ];

    /// <summary>All names.</summary>
    public static IEnumerable<string> All => Names.Select(static n => n.Name);

    /// <summary>A rule's name.</summary>
    /// <param name="resolve">The rule.</param>
    /// <returns>The name.</returns>
    public static string NameOf(TraitResolve resolve) => Array.Find(Names, n => n.Resolve == resolve).Name;

    /// <summary>The rule of a name as a person writes it.</summary>
    /// <param name="name">The name, without regard to case.</param>
    /// <param name="resolve">The rule.</param>
    /// <returns>False when there is none of that name.</returns>
    public static bool TryParse(string? name, out TraitResolve resolve)
    {
        var found = Array.Find(Names, n => string.Equals(n.Name, name, StringComparison.OrdinalIgnoreCase));
        resolve = found.Resolve;
        return found.Name is not null;
    }

    internal static TraitResolve Parse(string? stored) =>
        TryParse(stored, out var resolve) ? resolve : throw new FormatException("A trait was written under a rule that this release does not know.");
}
