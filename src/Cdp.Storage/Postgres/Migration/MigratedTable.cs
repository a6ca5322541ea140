using System.Buffers.Binary;

namespace Cdp.Storage.Postgres.Migration;

/// <summary>How a column is stored on either side.</summary>
internal enum CellKind
{
    /// <summary>TEXT; text.</summary>
    Text,

    /// <summary>TEXT; bytea of its UTF-8.</summary>
    TextAsBytes,

    /// <summary>BLOB of 16 bytes, big-endian; uuid.</summary>
    Uuid,

    /// <summary>BLOB; bytea.</summary>
    Bytes,

    /// <summary>INTEGER; bigint.</summary>
    Long,

    /// <summary>INTEGER; smallint.</summary>
    Small,

    /// <summary>INTEGER 0 or 1; boolean.</summary>
    Bool,

    /// <summary>INTEGER or NULL; bigint. Compared by its digits, so that NULL is told from 0.</summary>
    OptionalLong,
}

/// <summary>One value in the form in which both sides are compared.</summary>
/// <param name="Bytes">Of text, uuid and bytes; null for NULL, and for numbers.</param>
/// <param name="Number">Of numbers.</param>
internal readonly record struct Cell(byte[]? Bytes, long Number = 0);

/// <summary>A table and where its rows come from. Both sides give them in the order of the key, which is the same: bytes are compared as bytes.</summary>
/// <param name="Name">Its name in PostgreSQL.</param>
/// <param name="Select">Its rows in SQLite, by the names of the columns.</param>
/// <param name="KeyColumns">How many of the columns are the key; the first ones.</param>
/// <param name="Columns">All columns.</param>
internal sealed record MigratedTable(string Name, string Select, int KeyColumns, IReadOnlyList<(string Name, CellKind Kind)> Columns)
{
    public static readonly MigratedTable Journal = new(
        "journal",
        "SELECT j.workspace, j.stream, j.version, j.time, j.kind, b.body FROM journal j LEFT JOIN bodies b ON b.id=j.body",
        3,
        [("workspace", CellKind.Text), ("stream", CellKind.Uuid), ("version", CellKind.Long), ("time", CellKind.Long), ("kind", CellKind.Small), ("body", CellKind.Bytes)]);

    public static readonly MigratedTable Profiles = new(
        "profiles",
        "SELECT workspace, customer, version, state FROM profiles",
        2,
        [("workspace", CellKind.Text), ("customer", CellKind.Uuid), ("version", CellKind.Long), ("state", CellKind.Bytes)]);

    public static readonly MigratedTable Identifiers = new(
        "identifiers",
        "SELECT workspace, type, value, customer, epoch_stream, epoch_version, linked_at, last_seen, source FROM identifiers",
        3,
        [
            ("workspace", CellKind.Text), ("type", CellKind.Text), ("value", CellKind.TextAsBytes), ("customer", CellKind.Uuid), ("epoch_stream", CellKind.Uuid),
            ("epoch_version", CellKind.Long), ("linked_at", CellKind.Long), ("last_seen", CellKind.Long), ("source", CellKind.Text),
        ]);

    public static readonly MigratedTable Erasures = new(
        "erasures",
        "SELECT workspace, hash, at, suppress FROM erasures",
        2,
        [("workspace", CellKind.Text), ("hash", CellKind.Bytes), ("at", CellKind.Long), ("suppress", CellKind.Bool)]);

    /// <summary>
    /// The ends of streams, which SQLite finds and PostgreSQL keeps: the last record's, or the snapshot's where retention removed the records up to it.
    /// Of a record and a snapshot of one version the record counts, for it has a kind.
    /// </summary>
    public static readonly MigratedTable Streams = new(
        "streams",
        """
        SELECT workspace, stream, max(version*16+kind)/16 AS version, max(version*16+kind)%16 AS last_kind FROM (
            SELECT workspace, stream, version, kind FROM journal UNION ALL SELECT workspace, customer, version, 0 FROM profiles)
        GROUP BY workspace, stream
        """,
        2,
        [("workspace", CellKind.Text), ("stream", CellKind.Uuid), ("version", CellKind.Long), ("last_kind", CellKind.Small)]);

    public static readonly MigratedTable Definitions = new(
        "definitions",
        "SELECT workspace, kind, name, version, change, body, at, by, reason FROM definitions",
        4,
        [
            ("workspace", CellKind.Text), ("kind", CellKind.Text), ("name", CellKind.Text), ("version", CellKind.Long), ("change", CellKind.Long),
            ("body", CellKind.Bytes), ("at", CellKind.Long), ("by", CellKind.Text), ("reason", CellKind.Text),
        ]);

    public static readonly MigratedTable DefinitionChanges = new(
        "definition_changes",
        "SELECT workspace, latest FROM definition_changes",
        1,
        [("workspace", CellKind.Text), ("latest", CellKind.Long)]);

    public static readonly MigratedTable Due = new(
        "due",
        "SELECT workspace, customer, at, leased_until FROM due",
        2,
        [("workspace", CellKind.Text), ("customer", CellKind.Uuid), ("at", CellKind.Long), ("leased_until", CellKind.Long)]);

    public static readonly MigratedTable Memberships = new(
        "memberships",
        "SELECT workspace, audience, customer, since FROM memberships",
        3,
        [("workspace", CellKind.Text), ("audience", CellKind.Text), ("customer", CellKind.Uuid), ("since", CellKind.Long)]);

    public static readonly MigratedTable AudienceSizes = new(
        "audience_sizes",
        "SELECT workspace, audience, hour, 0 AS shard, delta FROM audience_sizes",
        4,
        [("workspace", CellKind.Text), ("audience", CellKind.Text), ("hour", CellKind.Long), ("shard", CellKind.Small), ("delta", CellKind.Long)]);

    /// <summary>Places stay what they were: SQLite's are of epoch 0, before all that PostgreSQL counts.</summary>
    public static readonly MigratedTable Feed = new(
        "feed",
        "SELECT workspace, topic, 0 AS epoch, number, customer, at, body FROM feed",
        4,
        [
            ("workspace", CellKind.Text), ("topic", CellKind.Text), ("epoch", CellKind.Long), ("number", CellKind.Long), ("customer", CellKind.Uuid),
            ("at", CellKind.Long), ("body", CellKind.Bytes),
        ]);

    public static readonly MigratedTable Outbox = new(
        "outbox",
        "SELECT workspace, queue, id, customer, not_before, created, attempts, leased_until, dead, body FROM outbox",
        3,
        [
            ("workspace", CellKind.Text), ("queue", CellKind.Text), ("id", CellKind.Text), ("customer", CellKind.Uuid), ("not_before", CellKind.Long),
            ("created", CellKind.Long), ("attempts", CellKind.Long), ("leased_until", CellKind.Long), ("dead", CellKind.Bool), ("body", CellKind.Bytes),
        ]);

    public static readonly MigratedTable Deliveries = new(
        "deliveries",
        "SELECT number, workspace, queue, id, attempt, at, duration, status, http_status, code, retry_at FROM deliveries",
        1,
        [
            ("number", CellKind.Long), ("workspace", CellKind.Text), ("queue", CellKind.Text), ("id", CellKind.Text), ("attempt", CellKind.Long), ("at", CellKind.Long),
            ("duration", CellKind.Long), ("status", CellKind.Small), ("http_status", CellKind.OptionalLong), ("code", CellKind.Text),
            ("retry_at", CellKind.OptionalLong),
        ]);

    /// <summary>
    /// In the order in which they are copied; a mark names a place in it, so new ones come last. The ends of streams come with the records and the snapshots.
    /// </summary>
    public static readonly IReadOnlyList<MigratedTable> Copied =
    [
        Identifiers, Erasures, Journal, Profiles, Definitions, DefinitionChanges, Due, Memberships, AudienceSizes, Feed, Outbox, Deliveries,
    ];

    public string ColumnNames => string.Join(", ", Columns.Select(static c => c.Name));

    public string KeyNames => string.Join(", ", Columns.Take(KeyColumns).Select(static c => c.Name));

    public static bool IsNumber(CellKind kind) => kind is CellKind.Long or CellKind.Small or CellKind.Bool;

    /// <summary>Adds a row to a digest, such that no two different rows look alike.</summary>
    public void Digest(System.Security.Cryptography.IncrementalHash hash, ReadOnlySpan<Cell> row)
    {
        Span<byte> number = stackalloc byte[8];
        for (var i = 0; i < row.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, IsNumber(Columns[i].Kind) ? row[i].Number : row[i].Bytes?.Length ?? -1);
            hash.AppendData(number);
            if (row[i].Bytes is { } bytes) hash.AppendData(bytes);
        }
    }
}
