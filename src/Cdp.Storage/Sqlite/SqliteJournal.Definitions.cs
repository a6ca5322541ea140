using Cdp.Core.Definitions;

namespace Cdp.Storage.Sqlite;

public sealed partial class SqliteJournal
{
    /// <inheritdoc />
    public ValueTask<DefinitionOutcome> WriteAsync(DefinitionWrite write, CancellationToken cancellationToken = default)
    {
        DefinitionRules.Validate(write);
        return Run(c => c.InTransaction(w => w.Definitions.Apply(write)), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Definition?> ReadAsync(string workspace, string kind, string name, CancellationToken cancellationToken = default)
    {
        DefinitionRules.ValidateKey(workspace, kind, name);
        return reads.ReadAsync((workspace, kind, name), static (c, s) => c.Definitions.Latest(s.workspace, s.kind, s.name), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Definition>> ListAsync(string workspace, string kind, CancellationToken cancellationToken = default)
    {
        DefinitionRules.ValidateKind(kind);
        return reads.ReadAsync((workspace, kind), static (c, s) => c.Definitions.List(s.workspace, s.kind), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Definition>> HistoryAsync(
        string workspace, string kind, string name, int limit, long? beforeVersion = null, CancellationToken cancellationToken = default)
    {
        DefinitionRules.ValidateKey(workspace, kind, name);
        DefinitionRules.ValidateLimit(limit);
        return reads.ReadAsync(
            (workspace, kind, name, limit, before: beforeVersion ?? long.MaxValue),
            static (c, s) => c.Definitions.History(s.workspace, s.kind, s.name, s.limit, s.before),
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyDictionary<string, long>> LatestChangesAsync(CancellationToken cancellationToken = default) =>
        reads.ReadAsync(0, static (c, _) => c.Definitions.LatestChanges(), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Definition>> ChangesAsync(string workspace, long afterChange, CancellationToken cancellationToken = default) =>
        reads.ReadAsync((workspace, afterChange), static (c, s) => c.Definitions.Changes(s.workspace, s.afterChange), cancellationToken);
}
