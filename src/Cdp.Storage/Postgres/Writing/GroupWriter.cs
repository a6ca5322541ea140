using System.Data;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>
/// Writes groups over one connection: locks and reads what a group rests on, lets the plan decide, writes, commits: three round trips,
/// whatever the size of the group.
/// </summary>
internal sealed class GroupWriter(NpgsqlDataSource source, short shard, long feedBase) : IAsyncDisposable
{
    private const string Streams = """
        SELECT k.ord, s.version, s.last_kind FROM unnest($1, $2) WITH ORDINALITY AS k(workspace, stream, ord)
        JOIN streams s ON s.workspace=k.workspace AND s.stream=k.stream ORDER BY k.ord
        """;
    private const string LockStreams = Streams + " FOR NO KEY UPDATE OF s";
    private const string LockStreamsAndSnapshots = Streams + " FOR UPDATE OF s";
    private const string LockOwners = """
        SELECT k.ord, i.epoch_stream, i.epoch_version FROM unnest($1, $2, $3) WITH ORDINALITY AS k(workspace, type, value, ord)
        JOIN identifiers i ON i.workspace=k.workspace AND i.type=k.type AND i.value=k.value ORDER BY k.ord FOR UPDATE OF i
        """;

    // Not COPY: over groups of 1, 16 and 256 rows this is as fast or faster, and needs a round trip less (docs/storage.md).
    private const string NewRows = "INSERT INTO journal(workspace, stream, version, time, kind, body) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)";
    private const string NewStreams = """
        INSERT INTO streams(workspace, stream, version, last_kind)
        SELECT workspace, stream, version, kind FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS n(workspace, stream, version, kind, ord) ORDER BY ord
        ON CONFLICT DO NOTHING
        """;
    private const string MovedStreams = """
        UPDATE streams s SET version=n.version, last_kind=n.kind FROM unnest($1, $2, $3, $4) AS n(workspace, stream, version, kind)
        WHERE s.workspace=n.workspace AND s.stream=n.stream
        """;
    private const string OwnerColumns = """
        unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
            AS n(workspace, type, value, customer, epoch_stream, epoch_version, linked_at, last_seen, source, ord)
        """;
    private const string NewOwners = $"""
        INSERT INTO identifiers(workspace, type, value, customer, epoch_stream, epoch_version, linked_at, last_seen, source)
        SELECT workspace, type, value, customer, epoch_stream, epoch_version, linked_at, last_seen, source FROM {OwnerColumns} ORDER BY ord
        ON CONFLICT DO NOTHING
        """;
    private const string MovedOwners = $"""
        UPDATE identifiers i SET customer=n.customer, epoch_stream=n.epoch_stream, epoch_version=n.epoch_version, linked_at=n.linked_at,
            last_seen=n.last_seen, source=n.source
        FROM {OwnerColumns} WHERE i.workspace=n.workspace AND i.type=n.type AND i.value=n.value
        """;
    private const string GoneOwners = """
        DELETE FROM identifiers i USING unnest($1, $2, $3) AS n(workspace, type, value)
        WHERE i.workspace=n.workspace AND i.type=n.type AND i.value=n.value
        """;

    private const string GoneEvents = """
        DELETE FROM journal j USING unnest($1, $2, $3) AS n(workspace, stream, version)
        WHERE j.workspace=n.workspace AND j.stream=n.stream AND j.version=n.version AND j.kind=1
        """;
    private const string GoneSnapshots = """
        DELETE FROM profiles p USING unnest($1, $2) AS n(workspace, stream) WHERE p.workspace=n.workspace AND p.customer=n.stream
        """;

    private NpgsqlConnection? connection;

    /// <summary>Commits a group; the outcomes of its units are set.</summary>
    /// <returns>False when another process made a row meanwhile that was not there to be locked: nothing is written, and a second look will see it.</returns>
    /// <exception cref="UnknownCommitOutcomeException">COMMIT was sent, and no answer came.</exception>
    public async Task<bool> TryCommitAsync(GroupPlan plan)
    {
        connection ??= await source.OpenConnectionAsync();
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
            await LockAsync(connection, plan);
            plan.Decide();
            if (plan.Rows.Count == 0) return true;
            if (!await WriteAsync(connection, plan)) return false;
            await Commits.CommitAsync(connection, transaction);
            return true;
        }
        catch
        {
            await DropAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => DropAsync();

    private async ValueTask DropAsync()
    {
        if (connection is null) return;
        var dropped = connection;
        connection = null;
        await dropped.DisposeAsync();
    }

    private static async Task LockAsync(NpgsqlConnection connection, GroupPlan plan)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(plan.Removes ? LockStreamsAndSnapshots : LockStreams).With(plan.Streams, static s => s.Workspace).With(plan.Streams, static s => s.Stream.Value);
        if (plan.Owners.Length > 0) AddKeys(batch.Add(LockOwners), plan.Owners);
        CustomerKey[] customers = [.. plan.Grid.Customers];
        if (customers.Length > 0) GridWrites.AddKeys(batch.Add(GridWrites.Memberships), customers);
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var slot = plan.Streams[reader.GetInt64(0) - 1];
            slot.Stored = reader.GetInt64(1);
            slot.Last = (RecordKind)reader.GetInt16(2);
        }
        if (plan.Owners.Length > 0) await reader.NextResultAsync();
        while (plan.Owners.Length > 0 && await reader.ReadAsync())
            plan.Owners[reader.GetInt64(0) - 1].Stored = new Epoch(new CustomerId(reader.GetGuid(1)), reader.GetInt64(2));
        if (customers.Length > 0) await reader.NextResultAsync();
        while (customers.Length > 0 && await reader.ReadAsync())
            plan.Grid.Read(customers[reader.GetInt64(0) - 1], reader.GetString(1), reader.GetInt64(2));
    }

    private async Task<bool> WriteAsync(NpgsqlConnection connection, GroupPlan plan)
    {
        await using var batch = new NpgsqlBatch(connection);
        var expected = new List<int>();

        void Add<T>(IReadOnlyList<T> items, string sql, Action<NpgsqlParameterCollection, IReadOnlyList<T>> bind)
        {
            if (items.Count == 0) return;
            bind(batch.Add(sql), items);
            expected.Add(items.Count);
        }

        Add([.. plan.Streams.Where(static s => s.Stored == 0 && s.Version > 0)], NewStreams, AddEnds);
        Add([.. plan.Streams.Where(static s => s.Stored > 0 && s.Version > s.Stored)], MovedStreams, AddEnds);
        Add([.. plan.Owners.Where(static o => o.Stored is null && o.Epoch is not null)], NewOwners, AddOwners);
        Add([.. plan.Owners.Where(static o => o.Stored is not null && o.Epoch is not null && o.Change is not null)], MovedOwners, AddOwners);
        Add([.. plan.Owners.Where(static o => o.Stored is not null && o.Epoch is null)], GoneOwners, AddKeys);
        Add(plan.Rows, NewRows, AddRows);
        if (plan.Removals.Count > 0) AddRemovals(batch, plan.Removals);
        GridWrites.Add(batch, plan.Grid, shard, feedBase);
        try
        {
            await batch.ExecuteNonQueryAsync();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Of two first writers of a stream this is the second, and its records were to follow in the same round trip.
            return false;
        }
        for (var i = 0; i < expected.Count; i++)
            if (batch.BatchCommands[i].RecordsAffected != expected[i]) return false;
        return true;
    }

    // How many rows they remove is not checked: retention may have been there before.
    private static void AddRemovals(NpgsqlBatch batch, List<(string Workspace, EventRemoval Removal)> removals)
    {
        (string Workspace, Guid Stream, long Version)[] events =
            [.. removals.SelectMany(static r => r.Removal.Versions.Select(v => (r.Workspace, r.Removal.Stream.Value, v)))];
        batch.Add(GoneEvents).With(events, static e => e.Workspace).With(events, static e => e.Stream).With(events, static e => e.Version);
        batch.Add(GoneSnapshots).With(removals, static r => r.Workspace).With(removals, static r => r.Removal.Stream.Value);
    }

    private static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<NewRow> rows) => parameters
        .With(rows, static r => r.Workspace).With(rows, static r => r.Stream.Value).With(rows, static r => r.Version)
        .With(rows, static r => r.Entry.TimeMs).With(rows, static r => (short)r.Entry.Kind)
        .With(rows, static r => r.Entry.Body.IsEmpty ? null : r.Entry.Body.ToArray());

    private static void AddEnds(NpgsqlParameterCollection parameters, IReadOnlyList<StreamSlot> slots) => parameters
        .With(slots, static s => s.Workspace).With(slots, static s => s.Stream.Value).With(slots, static s => s.Version)
        .With(slots, static s => (short)s.Last);

    private static void AddKeys(NpgsqlParameterCollection parameters, IReadOnlyList<OwnerSlot> slots) => parameters
        .With(slots, static o => o.Workspace).With(slots, static o => o.Identifier.Type).With(slots, static o => CommitWork.Value(o.Identifier.Value));

    private static void AddOwners(NpgsqlParameterCollection parameters, IReadOnlyList<OwnerSlot> slots)
    {
        AddKeys(parameters, slots);
        parameters.With(slots, static o => o.Change!.Owner!.Value.Value).With(slots, static o => o.Change!.Next.Stream.Value)
            .With(slots, static o => o.Change!.Next.Version).With(slots, static o => o.Change!.LinkedAtMs)
            .With(slots, static o => o.Change!.LastSeenMs).With(slots, static o => o.Change!.Source);
    }
}
