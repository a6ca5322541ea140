using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Microsoft.Extensions.Logging;

namespace Cdp.Hosting.Storage;

/// <summary>
/// The journal, with a word to the operator when it stops taking commits and when it takes them again. Callers get a status only, so this is the
/// one place that knows why: a full disk, a file that cannot be written. One line per change, and few of them while a disk is just about full.
/// </summary>
internal sealed partial class ReportedJournal(IJournal journal, TimeProvider clock, ILogger logger) : IJournal
{
    private const int CommitsFail = 3001;
    private const int CommitsWork = 3002;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();

    // Odd while the last word was that commits fail; it rises with every word.
    private volatile int _words;
    private long? _reportedAt;

    public async ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        var words = _words;
        try
        {
            var outcome = await journal.CommitAsync(unit, cancellationToken);
            if (words % 2 != 0) ReportWorks(words);
            return outcome;
        }
        catch (Exception error) when (error is JournalUnavailableException or UnknownCommitOutcomeException)
        {
            if (_words % 2 == 0) ReportFails(error);
            throw;
        }
    }

    public ValueTask<StreamLoad?> LoadAsync(string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default) =>
        journal.LoadAsync(workspace, stream, upToVersion, cancellationToken);

    public ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        journal.ReadStreamAsync(workspace, stream, afterVersion, limit, cancellationToken);

    public ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default) =>
        journal.OwnersAsync(workspace, identifiers, cancellationToken);

    public ValueTask SaveSnapshotsAsync(string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default) =>
        journal.SaveSnapshotsAsync(workspace, snapshots, cancellationToken);

    public ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(string workspace, TimelineQuery query, CancellationToken cancellationToken = default) =>
        journal.ReadTimelineAsync(workspace, query, cancellationToken);

    public ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        journal.ReadDecisionsAsync(workspace, streams, cancellationToken);

    public ValueTask<IReadOnlyList<long>> VersionsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        journal.VersionsAsync(workspace, streams, cancellationToken);

    public ValueTask<long> CountEventsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        journal.CountEventsAsync(workspace, streams, cancellationToken);

    public ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default) =>
        journal.EraseAsync(unit, cancellationToken);

    private void ReportFails(Exception error)
    {
        lock (_gate)
        {
            if (_words % 2 != 0 || (_reportedAt is { } at && clock.GetElapsedTime(at) < Quiet)) return;
            // The messages are the journal's own and hold no personal data.
            LogFails(error.Message);
            _reportedAt = clock.GetTimestamp();
            _words++;
        }
    }

    // Only a commit that began behind the word of failure says that it is over: one that was under way may have been written before.
    private void ReportWorks(int words)
    {
        lock (_gate)
        {
            if (_words != words) return;
            LogWorks();
            _words++;
        }
    }

    [LoggerMessage(CommitsFail, LogLevel.Error, "The store takes no commits; what is sent is answered with 503 until it does. {Reason}")]
    private partial void LogFails(string reason);

    [LoggerMessage(CommitsWork, LogLevel.Information, "The store takes commits again.")]
    private partial void LogWorks();
}
