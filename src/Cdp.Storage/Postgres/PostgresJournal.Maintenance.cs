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
    public async ValueTask<long> TrimAsync(string workspace, CustomerId stream, long beforeMs, CancellationToken cancellationToken = default) =>
        await RunJobAsync(() => retries.RunAsync(() => Trims.ApplyAsync(writing, workspace, stream, beforeMs)), cancellationToken);

    /// <inheritdoc />
    public async ValueTask VacuumAsync(CancellationToken cancellationToken = default)
    {
        // One job per table: commits go on beside all of them, and other rare work goes on between two.
        foreach (var table in await MaintenanceReads.TablesAsync(reads, cancellationToken))
        {
            await RunJobAsync(
                async () =>
                {
                    await using var connection = await writing.OpenConnectionAsync(cancellationToken);
                    await Vacuums.RunAsync(connection, table, cancellationToken);
                    return 0;
                },
                cancellationToken);
        }
    }

    /// <inheritdoc />
    public ValueTask<JournalSizes> SizesAsync(CancellationToken cancellationToken = default) => MaintenanceReads.SizesAsync(reads, cancellationToken);
}
