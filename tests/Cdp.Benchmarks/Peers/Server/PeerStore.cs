using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Cdp.Benchmarks.Peers.Server;

/// <summary>
/// The truth, in PostgreSQL. A batch is one transaction in two round trips: the first locks and reads its customers and looks up its message ids, the
/// second writes everything by multi-row statements and commits.
/// </summary>
internal sealed class PeerStore(NpgsqlDataSource source) : IAsyncDisposable
{
    private const string Schema = """
        CREATE TABLE customers (
            id uuid PRIMARY KEY, version bigint NOT NULL, merged_into uuid, state jsonb NOT NULL
        ) WITH (fillfactor = 60);
        CREATE TABLE identifiers (
            type text NOT NULL, value text NOT NULL, customer uuid NOT NULL REFERENCES customers, PRIMARY KEY (type, value)
        );
        CREATE INDEX identifiers_customer ON identifiers (customer);
        CREATE TABLE events (
            message_id text PRIMARY KEY, customer uuid NOT NULL, type text NOT NULL, name text NOT NULL,
            at timestamptz NOT NULL, received_at timestamptz NOT NULL, body json NOT NULL
        );
        """;

    // In one order, so that batches cannot deadlock.
    private const string Lock = """
        SELECT i.type, i.value, c.id, c.version, c.state, c.merged_into IS NOT NULL
        FROM unnest($1::text[], $2::text[]) AS k(type, value)
        JOIN identifiers i ON i.type = k.type AND i.value = k.value JOIN customers c ON c.id = i.customer
        ORDER BY c.id FOR NO KEY UPDATE OF c
        """;

    private const string Known = "SELECT message_id FROM events WHERE message_id = ANY($1)";

    private const string WriteCustomers = """
        INSERT INTO customers (id, version, state) SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::jsonb[])
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state
        """;

    private const string WriteEvents = """
        INSERT INTO events (message_id, customer, type, name, at, received_at, body)
        SELECT m, c, t, n, a, $6, b FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $7::json[]) AS e(m, c, t, n, a, b)
        """;

    private const string Read = """
        SELECT c.id, c.version, c.state FROM identifiers i JOIN customers c ON c.id = i.customer WHERE i.type = $1 AND i.value = $2
        """;

    private const string Moved = "UPDATE identifiers SET customer = $2 WHERE customer = $1";
    private const string Absorbed = "UPDATE customers SET merged_into = $2, version = version + 1, state = '{}' WHERE id = $1";
    private const string WriteKeys = "INSERT INTO identifiers (type, value, customer) SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])";

    public async Task CreateSchemaAsync()
    {
        await using var command = source.CreateCommand(Schema);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Applies a batch in one transaction, committed when this returns.</summary>
    /// <exception cref="PostgresException">Among others, another batch was first with a new identifier or message (23505), or there was a deadlock.</exception>
    /// <exception cref="PeerConflictException">Another batch has merged one of the customers away since its identifier was read.</exception>
    public async Task<PeerBatch> ApplyAsync(IReadOnlyList<PeerEvent> events, DateTime now)
    {
        await using var connection = await source.OpenConnectionAsync();
        try
        {
            var (owners, known) = await LockAsync(connection, events);
            var batch = PeerBatch.Apply(events, owners, known, now);
            await WriteAsync(connection, batch, now);
            return batch;
        }
        catch (Exception e) when (e is PostgresException or PeerConflictException)
        {
            await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
            await rollback.ExecuteNonQueryAsync();
            throw;
        }
    }

    /// <summary>Reads a profile by identifier; null when there is none.</summary>
    public async Task<PeerProfile?> ReadAsync(PeerKey key)
    {
        await using var command = source.CreateCommand(Read);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Type });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Value });
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? ProfileOf(reader, 0) : null;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static async Task<(Dictionary<PeerKey, PeerProfile> Owners, HashSet<string> Known)> LockAsync(
        NpgsqlConnection connection, IReadOnlyList<PeerEvent> events)
    {
        PeerKey[] keys = [.. events.SelectMany(e => e.Keys).Distinct()];
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, "BEGIN");
        Add(batch, Lock, Array(keys.Select(k => k.Type)), Array(keys.Select(k => k.Value)));
        Add(batch, Known, Array(events.Select(e => e.MessageId)));
        await using var reader = await batch.ExecuteReaderAsync();
        var owners = new Dictionary<PeerKey, PeerProfile>(keys.Length);
        PeerProfile? last = null;
        var isMerged = false;
        while (await reader.ReadAsync())
        {
            // A customer's rows follow each other.
            if (last?.Id != reader.GetGuid(2))
            {
                isMerged |= reader.GetBoolean(5);
                last = ProfileOf(reader, 2);
            }

            owners.Add(new(reader.GetString(0), reader.GetString(1)), last);
        }

        await reader.NextResultAsync();
        var known = new HashSet<string>(events.Count);
        while (await reader.ReadAsync()) known.Add(reader.GetString(0));
        return isMerged ? throw new PeerConflictException() : (owners, known);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, PeerBatch batch, DateTime now)
    {
        await using var writes = new NpgsqlBatch(connection);
        if (batch.Changed.Count > 0)
        {
            PeerProfile[] changed = [.. batch.Changed.OrderBy(p => p.Id)];
            var states = changed.Select(p => JsonSerializer.Serialize(p.State, PeerJson.Default.PeerState));
            Add(
                writes, WriteCustomers, Array(changed.Select(p => p.Id)), Array(changed.Select(p => p.Version)),
                new NpgsqlParameter<string[]> { TypedValue = [.. states], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb });
        }

        foreach (var (absorbed, survivor) in batch.Merges)
        {
            Add(writes, Moved, Value(absorbed.Id), Value(survivor.Id));
            Add(writes, Absorbed, Value(absorbed.Id), Value(survivor.Id));
        }

        if (batch.NewKeys.Count > 0)
        {
            PeerKey[] keys = [.. batch.NewKeys.OrderBy(k => k.Type, StringComparer.Ordinal).ThenBy(k => k.Value, StringComparer.Ordinal)];
            Add(writes, WriteKeys, Array(keys.Select(k => k.Type)), Array(keys.Select(k => k.Value)), Array(keys.Select(k => batch.OwnerOf(k).Id)));
        }

        if (batch.Events.Count > 0)
        {
            var rows = batch.Events.OrderBy(r => r.Event.MessageId, StringComparer.Ordinal).ToList();
            Add(
                writes, WriteEvents, Array(rows.Select(r => r.Event.MessageId)), Array(rows.Select(r => r.Profile.Id)),
                Array(rows.Select(r => r.Event.Type)), Array(rows.Select(r => r.Event.Name)), Array(rows.Select(r => r.Event.At)), Value(now),
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(r => r.Event.Body)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Json });
        }

        Add(writes, "COMMIT");
        await writes.ExecuteNonQueryAsync();
    }

    private static PeerProfile ProfileOf(NpgsqlDataReader reader, int column) => new(
        reader.GetGuid(column), reader.GetInt64(column + 1),
        JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(column + 2), PeerJson.Default.PeerState)!);

    private static NpgsqlParameter<T[]> Array<T>(IEnumerable<T> values) => new() { TypedValue = [.. values] };

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}

/// <summary>A customer of the batch was merged away by another one.</summary>
internal sealed class PeerConflictException : Exception;
