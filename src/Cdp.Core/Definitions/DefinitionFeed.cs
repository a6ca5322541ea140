namespace Cdp.Core.Definitions;

/// <summary>
/// The latest version of every definition as this process knows it, handed on to those who apply them. What was written here is known at once
/// (<see cref="WriteAsync"/>); what other processes wrote is known after the next <see cref="PollAsync"/>.
/// </summary>
/// <remarks>Thread-safe. Subscribers are called one at a time, each version at most once, and never an older one after a newer one.</remarks>
/// <param name="store">The store.</param>
public sealed class DefinitionFeed(IDefinitions store)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Workspace, string Kind, string Name), Definition> _known = [];
    private readonly List<(string Kind, Action<Definition> Take)> _subscribers = [];

    /// <summary>The store, for reads of what was before.</summary>
    public IDefinitions Store => store;

    /// <summary>Has every latest version of a kind handed on, those already known at once, deletions included.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="take">Applies a version. May not throw, block, or write.</param>
    public void Subscribe(string kind, Action<Definition> take)
    {
        lock (_gate)
        {
            _subscribers.Add((kind, take));
            foreach (var definition in _known.Values.Where(d => d.Kind == kind)) take(definition);
        }
    }

    /// <summary>Writes, and hands the new version on before it returns.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="cancellationToken">As in <see cref="IDefinitions.WriteAsync"/>.</param>
    /// <returns>As <see cref="IDefinitions.WriteAsync"/>; what was in the way is handed on too.</returns>
    public async ValueTask<DefinitionOutcome> WriteAsync(DefinitionWrite write, CancellationToken cancellationToken = default)
    {
        var outcome = await store.WriteAsync(write, cancellationToken);
        if (outcome.Latest is { } latest) Deliver(latest, isPolled: false);
        return outcome;
    }

    /// <summary>Asks the store what changed since the last time and hands it on, in the order of the changes of each workspace.</summary>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <returns>A task that ends when all that had been written before the call is handed on.</returns>
    /// <exception cref="Journal.JournalUnavailableException">The store cannot be read; what is known stays, and the next poll goes on from there.</exception>
    public async Task PollAsync(CancellationToken cancellationToken = default)
    {
        foreach (var (workspace, latest) in await store.LatestChangesAsync(cancellationToken))
        {
            var seen = Seen(workspace);
            if (latest <= seen) continue;
            foreach (var change in await store.ChangesAsync(workspace, seen, cancellationToken)) Deliver(change, isPolled: true);
        }
    }

    private long Seen(string workspace)
    {
        lock (_gate) return _seen.GetValueOrDefault(workspace);
    }

    /// <remarks>Only what a poll brought counts as seen: what was written here may have overtaken a change of another process.</remarks>
    private void Deliver(Definition definition, bool isPolled)
    {
        var key = (definition.Workspace, definition.Kind, definition.Name);
        lock (_gate)
        {
            if (isPolled) _seen[definition.Workspace] = Math.Max(definition.Change, _seen.GetValueOrDefault(definition.Workspace));
            if (_known.TryGetValue(key, out var known) && known.Version >= definition.Version) return;
            _known[key] = definition;
            foreach (var (kind, take) in _subscribers)
            {
                if (kind == definition.Kind) take(definition);
            }
        }
    }
}
