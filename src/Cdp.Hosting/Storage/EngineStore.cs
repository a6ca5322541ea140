using System.Security.Cryptography;
using Cdp.Core.Actors;
using Cdp.Core.Audiences;
using Cdp.Core.Geofences;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Hosting.Audiences;
using Microsoft.Extensions.Logging;

namespace Cdp.Hosting.Storage;

/// <summary>
/// The store with all that runs beside it in every host: reports to the operator, snapshots written behind, retention, and the source of ids.
/// </summary>
internal sealed partial class EngineStore : IAsyncDisposable
{
    private readonly OpenJournal _journal;
    private readonly SnapshotWriter _snapshots;
    private readonly RetentionSweep _retention;
    private readonly ILogger _logger;
    private readonly Lazy<Task> _lettingGo;
    private AudienceUpkeep? _upkeep;

    /// <summary>Starts what runs beside the store.</summary>
    /// <param name="journal">The store. It is closed with this.</param>
    /// <param name="rules">The rules of a workspace; may change while the grid runs.</param>
    /// <param name="retention">For how long raw events are kept, by workspace; asked at each sweep.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Where the operator is told that the store takes no commits.</param>
    /// <param name="audiences">The audiences and computed traits of a workspace; may change while the grid runs. Null for none.</param>
    /// <param name="fences">The fences of a workspace; may change while the grid runs. Null for none.</param>
    public EngineStore(
        OpenJournal journal, Func<string, IdentityRules> rules, Func<IReadOnlyDictionary<string, TimeSpan>> retention, TimeProvider clock, ILogger logger,
        Func<string, AudiencesInForce>? audiences = null, Func<string, FencesInForce>? fences = null)
    {
        (_journal, _logger) = (journal, logger);
        _lettingGo = new(() => _upkeep is { } upkeep ? upkeep.DisposeAsync().AsTask() : Task.CompletedTask);
        _snapshots = new SnapshotWriter(journal.Journal);
        // Ids must not repeat over restarts, so the seed is the operating system's randomness.
        var ids = new IdSource(clock, new Random(BitConverter.ToInt32(RandomNumberGenerator.GetBytes(4))));
        Services = new ActorServices(new ReportedJournal(new MeteredJournal(journal.Journal, clock), clock, logger), rules, clock, ids, _snapshots)
        {
            Wake = (workspace, wake) => journal.Index.WakeAsync(workspace, wake),
            Audiences = audiences ?? (static _ => AudiencesInForce.None),
            Fences = fences ?? (static _ => FencesInForce.None),
            Fault = error => LogFault(logger, error.GetType().FullName ?? error.GetType().Name, error.StackTrace),
        };
        _retention = new RetentionSweep(journal, retention, clock);
    }

    /// <summary>What actors need.</summary>
    public ActorServices Services { get; }

    /// <summary>The store for those who look at many customers at once.</summary>
    public GridStore Grid => new(Services.Journal, _journal.Maintenance, _journal.Index, _journal.Outbox, Services.Signal);

    /// <summary>Starts keeping audiences true for customers whom nobody touches.</summary>
    /// <param name="actors">Where customers are woken.</param>
    /// <param name="definitions">The definitions of all workspaces, also of those that have none any more.</param>
    /// <param name="settling">After so long all processes know a new definition.</param>
    public void KeepUp(IActors actors, Func<IEnumerable<(string Workspace, AudiencesInForce InForce)>> definitions, TimeSpan settling) =>
        _upkeep = new AudienceUpkeep(Services, _journal.Index, actors, definitions, settling, _logger);

    /// <summary>Ends what wakes customers; to be called before those who answer for them stop. May be called again.</summary>
    public Task LetGoAsync() => _lettingGo.Value;

    /// <summary>Starts taking the snapshots that are due.</summary>
    /// <param name="take">Has a customer offer its snapshot, in a turn.</param>
    public void TakeSnapshots(Func<string, CustomerId, Task> take) => _snapshots.Start(take);

    /// <summary>What the store takes on disk, if that can be had without waiting.</summary>
    /// <returns>The sizes; null when the store does not answer at once.</returns>
    public JournalSizes? TrySizes()
    {
        try
        {
            var read = _journal.Maintenance.SizesAsync();
            return read.IsCompletedSuccessfully ? read.Result : null;
        }
        catch (JournalUnavailableException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes the snapshots that were offered, and closes the store. Calls under way should have ended; a commit under way is finished.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await LetGoAsync();
            await _retention.DisposeAsync();
            await _snapshots.CompleteAsync();
        }
        finally
        {
            // Whatever fails before it, the store is closed in order.
            await _journal.Closing.DisposeAsync();
        }
    }

    // By type and place, never by message: that may hold personal data.
    [LoggerMessage(3003, LogLevel.Error, "An event failed for a defect of ours or of the data: {ErrorType} at {StackTrace}")]
    private static partial void LogFault(ILogger logger, string errorType, string? stackTrace);
}
