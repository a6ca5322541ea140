using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres.Reading;
using Cdp.Storage.Postgres.Writing;

namespace Cdp.Storage.Postgres;

public sealed partial class PostgresJournal
{
    /// <inheritdoc />
    public ValueTask<IReadOnlyList<(CustomerId Stream, long Version)>> TrimCandidatesAsync(
        string workspace, long beforeMs, CustomerId? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return MaintenanceReads.CandidatesAsync(reads, workspace, beforeMs, after, limit, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OwnerRow>> WalkOwnersAsync(
        string workspace, Identifier? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return WalkReads.OwnersAsync(reads, workspace, after, limit, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalRow>> WalkDecisionsAsync(
        string workspace, RecordPlace? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return WalkReads.DecisionsAsync(reads, workspace, after, limit, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<long> TrimAsync(string workspace, CustomerId stream, long beforeMs, CancellationToken cancellationToken = default) =>
        await RunJobAsync(() => retries.RunAsync(() => Trims.ApplyAsync(writing, workspace, stream, beforeMs)), cancellationToken);

    /// <inheritdoc />
    public async ValueTask VacuumAsync(CancellationToken cancellationToken = default)
    {
        var tables = await MaintenanceReads.TablesAsync(reads, cancellationToken);
        try
        {
            await using var connection = await writing.OpenConnectionAsync(cancellationToken);
            foreach (var table in tables) await Vacuums.RunAsync(connection, table, cancellationToken);
        }
        catch (Exception e)
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <inheritdoc />
    public ValueTask<JournalSizes> SizesAsync(CancellationToken cancellationToken = default) => MaintenanceReads.SizesAsync(reads, cancellationToken);
}
