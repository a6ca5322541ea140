namespace Cdp.Storage.Postgres;

/// <summary>Settings of a <see cref="PostgresJournal"/>.</summary>
public sealed class PostgresJournalOptions
{
    /// <summary>
    /// How to connect, in Npgsql's form. The role must own the tables or, where an operator applies the scripts, may read and write them. Several
    /// hosts stand for one primary and its standbys: the journal uses the primary only.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <value>Units in one transaction at most; 1 to 10,000, default 256.</value>
    public int GroupMaxUnits { get; init; } = 256;

    /// <value>Bytes of bodies after which a group takes no more units; a larger unit goes alone. At least 1, default 8 MiB.</value>
    public int GroupMaxBytes { get; init; } = 8 * 1024 * 1024;

    /// <value>Groups under way at a time, each on a connection of its own; 1 to 64, default 2.</value>
    public int WriteConnections { get; init; } = 2;

    /// <value>Units that may wait; one more is answered <c>JournalOverloadedException</c> at once. At least 1, default 20,000.</value>
    public int QueueMaxUnits { get; init; } = 20_000;

    /// <value>Snapshots that may wait, counted apart from units. At least 1, default 20,000.</value>
    public int QueueMaxSnapshots { get; init; } = 20_000;

    /// <value>Erasures and other rare work that may wait or run, counted apart. At least 1, default 1,000.</value>
    public int QueueMaxJobs { get; init; } = 1_000;

    /// <value>Connections for reading, each serving one read at a time; 1 to 1,000, default 8.</value>
    public int ReadConnections { get; init; } = 8;

    /// <value>
    /// How long work of which nothing was durable is tried again: while the server restarts, another one takes over, or it ended a transaction for
    /// another one's sake. Then it fails with <c>JournalUnavailableException</c>. Zero for a single try; default 5 s.
    /// </value>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>
    /// How long a statement, a lock or the answer to a commit is waited for before the connection is given up. Whole seconds from 1; default 15 s.
    /// </value>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>
    /// How long an erasure waits for readers of older states (a backup, a long query) and for its vacuum before it answers
    /// <c>UnknownCommitOutcomeException</c>: erased, but dead rows are still in the tables. Default 30 s.
    /// </value>
    public TimeSpan EraseWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>Whether opening applies missing schema scripts. Where the role may not, an operator runs <c>apply.sql</c>. Default true.</value>
    public bool ApplySchema { get; init; } = true;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names the setting.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ConnectionString, nameof(ConnectionString));
        InRange(GroupMaxUnits, 1, 10_000, nameof(GroupMaxUnits));
        InRange(GroupMaxBytes, 1, int.MaxValue, nameof(GroupMaxBytes));
        InRange(WriteConnections, 1, 64, nameof(WriteConnections));
        InRange(QueueMaxUnits, 1, int.MaxValue, nameof(QueueMaxUnits));
        InRange(QueueMaxSnapshots, 1, int.MaxValue, nameof(QueueMaxSnapshots));
        InRange(QueueMaxJobs, 1, int.MaxValue, nameof(QueueMaxJobs));
        InRange(ReadConnections, 1, 1_000, nameof(ReadConnections));
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryFor, TimeSpan.Zero, nameof(RetryFor));
        ArgumentOutOfRangeException.ThrowIfLessThan(EraseWait, TimeSpan.Zero, nameof(EraseWait));
        ArgumentOutOfRangeException.ThrowIfLessThan(StatementTimeout, TimeSpan.FromSeconds(1), nameof(StatementTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(StatementTimeout, TimeSpan.FromHours(1), nameof(StatementTimeout));
    }

    private static void InRange(int value, int min, int max, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
    }
}
