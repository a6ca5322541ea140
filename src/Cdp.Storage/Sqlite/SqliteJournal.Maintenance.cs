using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Reading;
using Cdp.Storage.Sqlite.Writing;

namespace Cdp.Storage.Sqlite;

public sealed partial class SqliteJournal
{
    // 8 MiB a step: some ten milliseconds.
    private const string VacuumStep = "PRAGMA incremental_vacuum(2048)";

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<(CustomerId Stream, long Version)>> TrimCandidatesAsync(
        string workspace, long beforeMs, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await WalkAsync(
            (workspace, beforeMs, after, limit), static (c, s) => c.Candidates.Read(s.workspace, s.beforeMs, s.after, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<OwnerRow>> WalkOwnersAsync(
        string workspace, Identifier? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await WalkAsync((workspace, after, limit), static (c, s) => c.Walks.Owners(s.workspace, s.after, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<JournalRow>> WalkDecisionsAsync(
        string workspace, RecordPlace? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await WalkAsync((workspace, after, limit), static (c, s) => c.Walks.Decisions(s.workspace, s.after, s.limit), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<long> TrimAsync(string workspace, CustomerId stream, long beforeMs, CancellationToken cancellationToken = default) =>
        Run(c => c.InTransaction(w => w.Trims.Apply(workspace, stream, beforeMs)), cancellationToken);

    /// <inheritdoc />
    public async ValueTask VacuumAsync(CancellationToken cancellationToken = default)
    {
        // Moves pages from the end into free places: no temporary copy of the data, in memory or in another folder. In steps, between which commits
        // go on; free pages that those use up are not counted twice, as each step asks what is left.
        long before, free = long.MaxValue;
        do
        {
            before = free;
            free = await Run(
                static c =>
                {
                    c.Database.Execute(VacuumStep);
                    return c.Database.Number("PRAGMA freelist_count");
                },
                cancellationToken);
        }
        while (free > 0 && free < before);

        await Run(static c => c.Database.TryTruncateLog(), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<JournalSizes> SizesAsync(CancellationToken cancellationToken = default) => reads.ReadAsync(
        files,
        static (c, f) => new JournalSizes(
            JournalFiles.Length(f.Main),
            JournalFiles.Length(f.Log),
            c.Database.Number("PRAGMA freelist_count") * c.Database.Number("PRAGMA page_size"),
            Schema.Version(c.Database)),
        cancellationToken);

    /// <summary>
    /// Checks every page of the main file and that keys, bodies and indexes agree. Reads the whole file; commits go on meanwhile, and the log
    /// cannot be cut until it ends.
    /// </summary>
    /// <param name="cancellationToken">Stops it before it begins.</param>
    /// <returns>What is wrong, at most some 100 findings without personal data; empty when all is well.</returns>
    /// <exception cref="JournalUnavailableException">The files cannot be read.</exception>
    public Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            try
            {
                // A connection of its own: it takes long, and a damaged page leaves a connection in no state to be used again.
                using var database = Database.Open(files.Main, writable: false);
                return IntegrityCheck.Run(database);
            }
            catch (SqliteFaultException e)
            {
                throw new JournalUnavailableException(WriterErrors.Describe(e), e);
            }
        },
        cancellationToken);

    // A long walk over keys: not on the caller's thread.
    private Task<T> WalkAsync<TState, T>(TState state, Func<ReadConnection, TState, T> read, CancellationToken cancellationToken) =>
        Task.Run(() => reads.ReadAsync(state, read, cancellationToken).AsTask(), cancellationToken);

    private ValueTask<T> Run<T>(Func<WriterConnection, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var job = new WriterJob<T>(work);
        loop.Queue.Add(job);
        return new ValueTask<T>(job.Task);
    }
}
