using System.Diagnostics.Metrics;
using Cdp.Core.Grid;

namespace Cdp.Storage;

/// <summary>What a unit met that was not as it expected.</summary>
internal enum ConflictKind
{
    /// <summary>A stream has another version.</summary>
    Version,

    /// <summary>A stream has ended.</summary>
    Terminal,

    /// <summary>An identifier's owner was set by another change.</summary>
    Epoch,
}

/// <summary>What only the journal knows of its group commit; the same over both stores.</summary>
internal static class JournalMetrics
{
    private static readonly string[] s_kinds = ["version", "terminal", "epoch"];

    private static readonly Meter Meter = new(GridMetrics.MeterName);
    private static readonly Histogram<int> GroupSize = Meter.CreateSizes(
        "cdp.journal.group.size", "{unit}", "Units of work that were committed together.", 1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "cdp.journal.conflicts", "{unit}", "Units of work that met a conflict, by what was not as expected.");

    /// <summary>Counts a group that is durable.</summary>
    /// <param name="conflicts">What each of its units met; null for a unit that was written.</param>
    public static void Committed(IEnumerable<ConflictKind?> conflicts)
    {
        var units = 0;
        foreach (var conflict in conflicts)
        {
            units++;
            if (conflict is { } kind) Conflicts.Add(1, new KeyValuePair<string, object?>("kind", s_kinds[(int)kind]));
        }

        GroupSize.Record(units);
    }
}
