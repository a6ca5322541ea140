using Cdp.Core.Journal;

namespace Cdp.Core.Definitions;

/// <summary>
/// Small documents per workspace that are rarely written and always known by whom: identity policies, audiences, webhooks. Every version is kept.
/// They live beside the journal, in the same file or database, so that one backup and one migration hold both.
/// </summary>
/// <remarks>
/// <para>Atomicity: a write is durable whole or not at all. Writes of one workspace follow each other, whichever process writes: their versions and
/// changes have no gaps, and a change is never visible before the ones with lower numbers. So a reader that has seen change n misses nothing by
/// asking for what came after n.</para>
/// <para>Ordering: a read that starts after a write's task has ended sees that write.</para>
/// <para>Errors: as <see cref="IJournal"/>, every call may throw <see cref="JournalUnavailableException"/>, and a write
/// <see cref="UnknownCommitOutcomeException"/> and <see cref="JournalOverloadedException"/>.</para>
/// <para>Buffers passed in are read until the returned task ends; buffers handed out belong to the caller. All methods may be called concurrently.</para>
/// </remarks>
public interface IDefinitions
{
    /// <summary>Writes a new version of a definition, or deletes it.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue, never a write under way.</param>
    /// <returns>Whether it was written, and the latest version.</returns>
    /// <exception cref="ArgumentException">The write is malformed, see <see cref="DefinitionWrite"/>.</exception>
    ValueTask<DefinitionOutcome> WriteAsync(DefinitionWrite write, CancellationToken cancellationToken = default);

    /// <summary>Reads the latest version of a definition.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The latest version, which may be a deletion; null when there never was one.</returns>
    ValueTask<Definition?> ReadAsync(string workspace, string kind, string name, CancellationToken cancellationToken = default);

    /// <summary>Reads all definitions of a kind that are not deleted, at one point in time.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Their latest versions in ordinal order of the names.</returns>
    ValueTask<IReadOnlyList<Definition>> ListAsync(string workspace, string kind, CancellationToken cancellationToken = default);

    /// <summary>Reads the versions of a definition, newest first, deletions included.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="limit">At most so many; 1 to 1,000.</param>
    /// <param name="beforeVersion">Only versions below this one; null from the newest.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The versions; empty when there never was one.</returns>
    ValueTask<IReadOnlyList<Definition>> HistoryAsync(
        string workspace, string kind, string name, int limit, long? beforeVersion = null, CancellationToken cancellationToken = default);

    /// <summary>Reads the number of the latest change of every workspace that has one. Cheap: it is what a poller asks every second.</summary>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The number by workspace.</returns>
    ValueTask<IReadOnlyDictionary<string, long>> LatestChangesAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the latest version of every definition that changed after a change, deletions included, at one point in time.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="afterChange">The last change seen; 0 for all definitions.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The versions in order of their changes.</returns>
    ValueTask<IReadOnlyList<Definition>> ChangesAsync(string workspace, long afterChange, CancellationToken cancellationToken = default);
}
