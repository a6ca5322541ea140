using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Simulation.Store;

internal sealed partial class SimStore
{
    private const int MaxTries = 1_000;
    private static readonly CustomerId Marker = new(Guid.Parse("01890000-0000-7000-8000-000000000001"));

    private long _markers;

    /// <summary>
    /// Whether a write of unknown outcome is durable: asked as soon as a real store takes commits again, when it has settled what was in doubt. Nobody
    /// else writes meanwhile.
    /// </summary>
    private bool IsDurable(CustomerId stream, long version)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            try
            {
                var unit = new UnitOfWork("settled", [new(Marker, _markers, [new(RecordKind.Patched, 0, ReadOnlyMemory<byte>.Empty)])], []);
                // A conflict says that the try before was durable after all.
                Wait(() => Journal.CommitAsync(unit));
                _markers++;
                var load = Look(j => j.LoadAsync(Running.World.Workspace, stream));
                return load is not null && (load.Tail is [.., var last] ? last.Version : load.Snapshot!.Version) >= version;
            }
            catch (Exception error) when (error is JournalUnavailableException or UnknownCommitOutcomeException)
            {
                // Its disk still fails.
            }
        }

        throw new InvalidOperationException($"The store took no commit in {MaxTries} tries.");
    }
}
