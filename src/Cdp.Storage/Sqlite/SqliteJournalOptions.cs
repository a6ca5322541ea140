namespace Cdp.Storage.Sqlite;

/// <summary>Settings of a <see cref="SqliteJournal"/>.</summary>
public sealed class SqliteJournalOptions
{
    /// <summary>The folder that holds <c>grid.db</c>, its log and <c>grid.lock</c>; made when it is missing.</summary>
    public required string Directory { get; init; }

    /// <value>Units in one transaction at most; 1 to 100,000, default 512.</value>
    public int GroupMaxUnits { get; init; } = 512;

    /// <value>Units that may wait; one more is answered <c>JournalOverloadedException</c> at once. At least 1, default 20,000.</value>
    public int QueueMaxUnits { get; init; } = 20_000;

    /// <value>Snapshots that may wait, counted apart from units. At least 1, default 20,000.</value>
    public int QueueMaxSnapshots { get; init; } = 20_000;

    /// <value>Groups of commits after which waiting snapshots get their turn although commits still wait. At least 1, default 8.</value>
    public int SnapshotsEveryGroups { get; init; } = 8;

    /// <value>Connections for reading, each serving one read at a time; 1 to 64, default 4.</value>
    public int ReadConnections { get; init; } = 4;

    /// <value>Heads of streams kept in memory; about 100 bytes each, up to twice the number. At least 1, default 100,000.</value>
    public int HeadCacheStreams { get; init; } = 100_000;

    /// <value>Pages of the main file that the writer keeps in memory, in MiB; a reader keeps an eighth. At least 1, default 64.</value>
    public int CacheMiB { get; init; } = 64;

    /// <value>Size of the write-ahead log, in MiB, from which it is moved into the main file. At least 1, default 16.</value>
    public int LogMiB { get; init; } = 16;

    /// <value>
    /// How long an erasure waits for readers of older states (a backup in another process) before it answers
    /// <c>UnknownCommitOutcomeException</c>: erased, but old bytes are still in the log. Default 30 s.
    /// </value>
    public TimeSpan EraseWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>
    /// Main files up to this size, in MiB, are checked page by page at open; larger ones only by header, schema and the ends of every table.
    /// 0 and up, default 128.
    /// </value>
    public int StartupCheckMiB { get; init; } = 128;

    /// <value>Bytes of the main file that are scrubbed between two groups of commits after an erasure. For tests.</value>
    internal int ScrubStepBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names the setting.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Directory, nameof(Directory));
        InRange(GroupMaxUnits, 1, 100_000, nameof(GroupMaxUnits));
        InRange(QueueMaxUnits, 1, int.MaxValue, nameof(QueueMaxUnits));
        InRange(QueueMaxSnapshots, 1, int.MaxValue, nameof(QueueMaxSnapshots));
        InRange(SnapshotsEveryGroups, 1, int.MaxValue, nameof(SnapshotsEveryGroups));
        InRange(ReadConnections, 1, 64, nameof(ReadConnections));
        InRange(HeadCacheStreams, 1, 100_000_000, nameof(HeadCacheStreams));
        InRange(CacheMiB, 1, 1_000_000, nameof(CacheMiB));
        InRange(LogMiB, 1, 100_000, nameof(LogMiB));
        InRange(StartupCheckMiB, 0, int.MaxValue, nameof(StartupCheckMiB));
        ArgumentOutOfRangeException.ThrowIfLessThan(EraseWait, TimeSpan.Zero, nameof(EraseWait));
    }

    private static void InRange(int value, int min, int max, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
    }
}
