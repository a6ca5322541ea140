using Cdp.Core.Definitions;
using Cdp.Storage.Postgres.Reading;
using Cdp.Storage.Postgres.Writing;

namespace Cdp.Storage.Postgres;

public sealed partial class PostgresJournal
{
    /// <inheritdoc />
    public async ValueTask<DefinitionOutcome> WriteAsync(DefinitionWrite write, CancellationToken cancellationToken = default)
    {
        DefinitionRules.Validate(write);
        return await RunJobAsync(() => retries.RunAsync(() => DefinitionWrites.ApplyAsync(writing, write)), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<Definition?> ReadAsync(string workspace, string kind, string name, CancellationToken cancellationToken = default) =>
        await HistoryAsync(workspace, kind, name, 1, null, cancellationToken) is [var latest] ? latest : null;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Definition>> ListAsync(string workspace, string kind, CancellationToken cancellationToken = default)
    {
        DefinitionRules.ValidateKind(kind);
        return DefinitionReads.ListAsync(reads, workspace, kind, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Definition>> HistoryAsync(
        string workspace, string kind, string name, int limit, long? beforeVersion = null, CancellationToken cancellationToken = default)
    {
        DefinitionRules.ValidateKey(workspace, kind, name);
        DefinitionRules.ValidateLimit(limit);
        return DefinitionReads.HistoryAsync(reads, workspace, kind, name, limit, beforeVersion ?? long.MaxValue, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyDictionary<string, long>> LatestChangesAsync(CancellationToken cancellationToken = default) =>
        DefinitionReads.LatestChangesAsync(reads, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Definition>> ChangesAsync(string workspace, long afterChange, CancellationToken cancellationToken = default) =>
        DefinitionReads.ChangesAsync(reads, workspace, afterChange, cancellationToken);
}
