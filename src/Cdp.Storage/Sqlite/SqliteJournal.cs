using Cdp.Core.Definitions;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Reading;
using Cdp.Storage.Sqlite.Writing;

namespace Cdp.Storage.Sqlite;

/// <summary>The journal in one SQLite file, for one writing process. Thread-safe; see docs/storage.md for the layout and for what fails how.</summary>
/// <remarks>
/// Commits of concurrent callers share one transaction and one fsync. Reads run beside it on connections of their own. Dispose it to finish what
/// is queued, move the log into the main file and give up the lock.
/// </remarks>
public sealed partial class SqliteJournal : IJournal, IJournalMaintenance, IDefinitions, IAsyncDisposable
{
    private readonly JournalFiles files;
    private readonly FileStream lockFile;
    private readonly WriteLoop loop;
    private readonly ReadPool reads;
    private volatile bool anyErasures;
    private int isDisposed;

    private SqliteJournal(JournalFiles files, SqliteJournalOptions options, FileStream lockFile, TimeProvider time)
    {
        this.files = files;
        this.lockFile = lockFile;
        MainFile.Prepare(files, options);
        using (var first = new ReadConnection(files, options))
            anyErasures = first.Database.Number("SELECT EXISTS(SELECT 1 FROM erasures)") != 0;
        reads = new ReadPool(files, options);
        loop = new WriteLoop(files, options, time);
    }

    /// <summary>Opens the journal in a folder, making or migrating its file.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock, used for nothing but bounded waits.</param>
    /// <returns>The open journal.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="JournalLockedException">Another process has it open.</exception>
    /// <exception cref="JournalDamagedException">The main file is damaged; restore a backup.</exception>
    /// <exception cref="JournalSchemaException">The file is from a newer release.</exception>
    /// <exception cref="JournalUnavailableException">The folder or the file cannot be written.</exception>
    public static async Task<SqliteJournal> OpenAsync(SqliteJournalOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        // Checks and migrations may take long: not on the caller's thread.
        return await Task.Run(() => OpenLocked(options, time));
    }

    /// <inheritdoc />
    public ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(unit);
        cancellationToken.ThrowIfCancellationRequested();
        var work = new CommitWork(unit);
        loop.Queue.Add(work);
        return new ValueTask<CommitOutcome>(work.Task);
    }

    /// <inheritdoc />
    public ValueTask SaveSnapshotsAsync(
        string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(workspace);
        ArgumentNullException.ThrowIfNull(snapshots);
        cancellationToken.ThrowIfCancellationRequested();
        if (snapshots.Count == 0) return ValueTask.CompletedTask;
        var work = new SnapshotWork(workspace, snapshots);
        loop.Queue.Add(work);
        return new ValueTask(work.Task);
    }

    /// <inheritdoc />
    public ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default)
    {
        JournalRules.Validate(unit);
        cancellationToken.ThrowIfCancellationRequested();
        if (unit.Identifiers.Count > 0) anyErasures = true;
        return new ValueTask<CommitOutcome>(loop.EraseAsync(unit));
    }

    /// <summary>Finishes what is queued, moves the log into the main file and gives up the lock. Later calls find the journal unavailable.</summary>
    /// <returns>A task that ends when all files are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0) return;
        loop.Queue.Close();
        await loop.Ended;
        await reads.DisposeAsync();
        loop.Dispose();
        await lockFile.DisposeAsync();
    }

    private static SqliteJournal OpenLocked(SqliteJournalOptions options, TimeProvider time)
    {
        var files = new JournalFiles(options.Directory);
        var lockFile = LockFile.Acquire(files);
        try
        {
            var journal = new SqliteJournal(files, options, lockFile, time);
            journal.loop.Start();
            return journal;
        }
        catch (Exception e)
        {
            lockFile.Dispose();
            if (e is SqliteFaultException { IsDamage: true }) throw new JournalDamagedException(files.Main, e.Message, e);
            if (e is SqliteFaultException fault) throw new JournalUnavailableException(WriterErrors.Describe(fault), fault);
            throw;
        }
    }
}
