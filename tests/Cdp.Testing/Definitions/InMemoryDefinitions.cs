using Cdp.Core.Definitions;
using Cdp.Core.Journal;

namespace Cdp.Testing.Definitions;

/// <summary>The semantics of <see cref="IDefinitions"/> in a list under one lock, for tests of what stands on it.</summary>
public sealed class InMemoryDefinitions : IDefinitions
{
    private readonly Lock gate = new();
    private readonly List<Definition> versions = [];

    /// <summary>While it is set, every call fails as a store that cannot be reached does.</summary>
    public bool IsUnavailable { get; set; }

    public ValueTask<DefinitionOutcome> WriteAsync(DefinitionWrite write, CancellationToken cancellationToken = default)
    {
        DefinitionRules.Validate(write);
        cancellationToken.ThrowIfCancellationRequested();
        return Run(() =>
        {
            var latest = Versions(write.Workspace, write.Kind, write.Name).LastOrDefault();
            var status = DefinitionRules.Judge(write, latest?.Version ?? 0, latest is { IsDeleted: true });
            if (status != DefinitionStatus.Written) return new(status, latest);
            var change = versions.Count(v => v.Workspace == write.Workspace) + 1;
            versions.Add(new(
                write.Workspace, write.Kind, write.Name, (latest?.Version ?? 0) + 1, change, (byte[]?)write.Body?.Clone(), write.AtMs, write.By, write.Reason));
            return new DefinitionOutcome(status, versions[^1]);
        });
    }

    public ValueTask<Definition?> ReadAsync(string workspace, string kind, string name, CancellationToken cancellationToken = default)
    {
        DefinitionRules.ValidateKey(workspace, kind, name);
        return Run(() => Versions(workspace, kind, name).LastOrDefault());
    }

    public ValueTask<IReadOnlyList<Definition>> ListAsync(string workspace, string kind, CancellationToken cancellationToken = default)
    {
        DefinitionRules.ValidateKind(kind);
        return Run<IReadOnlyList<Definition>>(() =>
            [.. Latest(workspace).Where(d => d.Kind == kind && !d.IsDeleted).OrderBy(static d => d.Name, StringComparer.Ordinal)]);
    }

    public ValueTask<IReadOnlyList<Definition>> HistoryAsync(
        string workspace, string kind, string name, int limit, long? beforeVersion = null, CancellationToken cancellationToken = default)
    {
        DefinitionRules.ValidateKey(workspace, kind, name);
        DefinitionRules.ValidateLimit(limit);
        return Run<IReadOnlyList<Definition>>(() =>
            [.. Versions(workspace, kind, name).Where(d => !(d.Version >= beforeVersion)).OrderByDescending(static d => d.Version).Take(limit)]);
    }

    public ValueTask<IReadOnlyDictionary<string, long>> LatestChangesAsync(CancellationToken cancellationToken = default) =>
        Run<IReadOnlyDictionary<string, long>>(() => versions.GroupBy(static v => v.Workspace).ToDictionary(static g => g.Key, static g => g.Max(static v => v.Change)));

    public ValueTask<IReadOnlyList<Definition>> ChangesAsync(string workspace, long afterChange, CancellationToken cancellationToken = default) =>
        Run<IReadOnlyList<Definition>>(() => [.. Latest(workspace).Where(d => d.Change > afterChange).OrderBy(static d => d.Change)]);

    private IEnumerable<Definition> Versions(string workspace, string kind, string name) =>
        versions.Where(v => v.Workspace == workspace && v.Kind == kind && v.Name == name);

    private IEnumerable<Definition> Latest(string workspace) =>
        versions.Where(v => v.Workspace == workspace).GroupBy(static v => (v.Kind, v.Name)).Select(static g => g.MaxBy(static v => v.Version)!);

    private ValueTask<T> Run<T>(Func<T> work)
    {
        if (IsUnavailable) throw new JournalUnavailableException("The store of the test is unavailable.");
        lock (gate) return ValueTask.FromResult(work());
    }
}
