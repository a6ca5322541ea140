using System.Data;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>Erases a customer in one transaction, under the locks of all its streams and identifiers.</summary>
internal sealed class Erasures(NpgsqlDataSource source, IdentifierHash hash, long feedBase)
{
    private const string LockStreams = """
        SELECT k.ord, s.version, s.last_kind FROM unnest($2) WITH ORDINALITY AS k(stream, ord)
        JOIN streams s ON s.workspace=$1 AND s.stream=k.stream ORDER BY k.ord FOR UPDATE OF s
        """;
    private const string LockOwners = """
        SELECT k.ord, i.epoch_stream, i.epoch_version FROM unnest($2, $3) WITH ORDINALITY AS k(type, value, ord)
        JOIN identifiers i ON i.workspace=$1 AND i.type=k.type AND i.value=k.value ORDER BY k.ord FOR UPDATE OF i
        """;
    private const string Remember = """
        INSERT INTO erasures(workspace, hash, at, suppress) SELECT $1, h, $3, $4 FROM unnest($2) AS h
        ON CONFLICT (workspace, hash) DO UPDATE SET at=excluded.at, suppress=excluded.suppress WHERE excluded.at>=erasures.at
        """;

    // In the order of GridWrites.
    private const string ClearDue = """
        WITH locked AS MATERIALIZED (SELECT customer FROM due WHERE workspace=$1 AND customer=ANY($2) ORDER BY customer FOR UPDATE)
        DELETE FROM due d USING locked k WHERE d.workspace=$1 AND d.customer=k.customer
        """;
    private const string LeaveAll = """
        WITH gone AS (DELETE FROM memberships WHERE workspace=$1 AND customer=ANY($2) RETURNING audience)
        INSERT INTO audience_sizes AS s (workspace, audience, hour, shard, delta)
        SELECT $1, audience, $3, -1, -count(*) FROM gone GROUP BY audience ORDER BY audience
        ON CONFLICT (workspace, audience, hour, shard) DO UPDATE SET delta=s.delta+excluded.delta
        """;
    private const string GoneMessages = """
        WITH locked AS MATERIALIZED (SELECT queue, id FROM outbox WHERE workspace=$1 AND customer=ANY($2) ORDER BY queue, id FOR UPDATE)
        DELETE FROM outbox o USING locked k WHERE o.workspace=$1 AND o.queue=k.queue AND o.id=k.id
        """;

    /// <summary>Erases, or finds a version or an epoch that is not the expected one.</summary>
    /// <returns>What is to be vacuumed after it, null for a conflict.</returns>
    /// <exception cref="UnknownCommitOutcomeException">COMMIT was sent, and no answer came.</exception>
    public async Task<DeadRows?> ApplyAsync(EraseUnit unit)
    {
        var streams = unit.Streams.OrderBy(static s => s.Stream).ToList();
        var identifiers = unit.Identifiers.OrderBy(static i => i.Identifier).ToList();
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        if (!await LockAsync(connection, unit.Workspace, streams, identifiers)) return null;
        var dead = await EraseAsync(connection, unit, streams, identifiers);
        await Commits.CommitAsync(connection, transaction);
        return dead;
    }

    private static async Task<bool> LockAsync(
        NpgsqlConnection connection,
        string workspace,
        List<(CustomerId Stream, long Expected)> streams,
        List<(Identifier Identifier, Epoch Expected)> identifiers)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(LockStreams).With(workspace).With(streams, static s => s.Stream.Value);
        if (identifiers.Count > 0) AddKeys(batch.Add(LockOwners).With(workspace), identifiers);
        await using var reader = await batch.ExecuteReaderAsync();
        var found = 0;
        while (await reader.ReadAsync())
            if (reader.GetInt64(1) == streams[(int)reader.GetInt64(0) - 1].Expected && (RecordKind)reader.GetInt16(2) != RecordKind.Erased) found++;
        if (found != streams.Count) return false;
        if (identifiers.Count == 0) return true;
        await reader.NextResultAsync();
        found = 0;
        while (await reader.ReadAsync())
            if (new Epoch(new CustomerId(reader.GetGuid(1)), reader.GetInt64(2)) == identifiers[(int)reader.GetInt64(0) - 1].Expected) found++;
        return found == identifiers.Count;
    }

    private async Task<DeadRows> EraseAsync(
        NpgsqlConnection connection,
        EraseUnit unit,
        List<(CustomerId Stream, long Expected)> streams,
        List<(Identifier Identifier, Epoch Expected)> identifiers)
    {
        var ids = streams.ConvertAll(static s => s.Stream.Value).ToArray();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("DELETE FROM journal WHERE workspace=$1 AND stream=ANY($2)").With(unit.Workspace).With(ids);
        batch.Add("DELETE FROM profiles WHERE workspace=$1 AND customer=ANY($2)").With(unit.Workspace).With(ids);
        batch.Add("UPDATE streams SET version=version+1, last_kind=6 WHERE workspace=$1 AND stream=ANY($2)").With(unit.Workspace).With(ids);
        if (identifiers.Count > 0)
        {
            AddKeys(
                batch.Add("DELETE FROM identifiers WHERE workspace=$1 AND (type, value) IN (SELECT * FROM unnest($2, $3))").With(unit.Workspace),
                identifiers);
            batch.Add(Remember).With(unit.Workspace).With(identifiers, i => hash.Of(i.Identifier)).With(unit.AtMs).With(unit.Suppress);
        }
        batch.Add(ClearDue).With(unit.Workspace).With(ids);
        batch.Add(LeaveAll).With(unit.Workspace).With(ids).With(unit.AtMs - (unit.AtMs % JournalRules.HourMs));
        batch.Add(GoneMessages).With(unit.Workspace).With(ids);
        batch.Add("DELETE FROM feed WHERE workspace=$1 AND customer=ANY($2)").With(unit.Workspace).With(ids);
        GridWrites.AddFeed(batch, [.. unit.Feed.Select(f => (unit.Workspace, f))], feedBase);
        batch.Add("""
            WITH tombstones AS (
                INSERT INTO journal(workspace, stream, version, time, kind) SELECT workspace, stream, version, $3, 6 FROM streams
                WHERE workspace=$1 AND stream=ANY($2) RETURNING tableoid::regclass::text AS part)
            INSERT INTO unvacuumed(xid, tables) SELECT pg_current_xact_id(), array_agg(DISTINCT part) || '{profiles,identifiers,due,memberships,feed,outbox}' FROM tombstones
            RETURNING xid, tables
            """).With(unit.Workspace).With(ids).With(unit.AtMs);
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new(reader.GetFieldValue<ulong>(0), reader.GetFieldValue<string[]>(1));
    }

    private static void AddKeys(NpgsqlParameterCollection parameters, List<(Identifier Identifier, Epoch Expected)> identifiers) => parameters
        .With(identifiers, static i => i.Identifier.Type).With(identifiers, static i => CommitWork.Value(i.Identifier.Value));
}
