using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Store;

/// <summary>What a lying store does instead of a unit.</summary>
internal static class Deception
{
    /// <summary>The unit that it commits; null when it commits nothing and says that it did.</summary>
    public static UnitOfWork? Of(Lie lie, UnitOfWork unit, IJournal journal, int commitsSoFar) => lie switch
    {
        Lie.AcknowledgesWithoutDoing => commitsSoFar % 5 == 4 ? null : unit,
        // An epoch names a version of its unit: with other versions there can be none.
        Lie.IgnoresVersions when unit.Appends.Any(a => a.ExpectedVersion != VersionOf(a.Stream, journal)) => unit with
        {
            Appends = [.. unit.Appends.Select(a => a with { ExpectedVersion = VersionOf(a.Stream, journal) })],
            Ownership = [],
        },
        Lie.IgnoresEpochs => unit with { Ownership = [.. unit.Ownership.Select(o => o with { Expected = EpochOf(o.Identifier, journal) })] },
        Lie.KeepsHalfOfAUnit => unit with
        {
            Appends = [unit.Appends[0]],
            Ownership = [.. unit.Ownership.Where(o => o.Next.Stream == unit.Appends[0].Stream)],
        },
        _ => unit,
    };

    private static long VersionOf(CustomerId stream, IJournal journal) =>
        journal.LoadAsync(World.Workspace, stream).Now() is { } load ? load.Tail is [.., var last] ? last.Version : load.Snapshot!.Version : 0;

    private static Epoch? EpochOf(Identifier identifier, IJournal journal) => journal.OwnersAsync(World.Workspace, [identifier]).Now()[0].Epoch;
}
