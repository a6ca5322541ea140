using System.Data;
using Cdp.Core.Definitions;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres.Reading;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>Writes definitions, each in a transaction of its own.</summary>
internal static class DefinitionWrites
{
    // The row stays locked to the end: whoever writes next sees this version, and no reader sees a later change before this one.
    private const string NextChange = """
        INSERT INTO definition_changes AS c (workspace, latest) VALUES ($1, 1)
        ON CONFLICT (workspace) DO UPDATE SET latest=c.latest+1 RETURNING latest
        """;

    private const string Insert =
        "INSERT INTO definitions(workspace, kind, name, version, change, body, at, by, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    /// <summary>Writes a version, or finds why not.</summary>
    /// <exception cref="UnknownCommitOutcomeException">COMMIT was sent, and no answer came.</exception>
    public static async Task<DefinitionOutcome> ApplyAsync(NpgsqlDataSource source, DefinitionWrite write)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        await using var next = new NpgsqlCommand(NextChange, connection);
        next.Parameters.With(write.Workspace);
        var change = (long)(await next.ExecuteScalarAsync())!;
        var latest = await LatestAsync(connection, write);
        var status = DefinitionRules.Judge(write, latest?.Version ?? 0, latest is { IsDeleted: true });
        // Disposed without a commit, the transaction takes its number of the change back.
        if (status != DefinitionStatus.Written) return new(status, latest);
        var written = new Definition(
            write.Workspace, write.Kind, write.Name, (latest?.Version ?? 0) + 1, change, (byte[]?)write.Body?.Clone(), write.AtMs, write.By, write.Reason);
        await InsertAsync(connection, written);
        await Commits.CommitAsync(connection, transaction);
        return new(status, written);
    }

    private static async Task<Definition?> LatestAsync(NpgsqlConnection connection, DefinitionWrite write)
    {
        await using var command = new NpgsqlCommand(DefinitionReads.History, connection);
        command.Parameters.With(write.Workspace).With(write.Kind).With(write.Name).With(long.MaxValue).With(1L);
        await using var reader = await command.ExecuteReaderAsync();
        return await DefinitionReads.AllAsync(reader, CancellationToken.None) is [var latest] ? latest : null;
    }

    private static async Task InsertAsync(NpgsqlConnection connection, Definition d)
    {
        await using var insert = new NpgsqlCommand(Insert, connection);
        insert.Parameters.With(d.Workspace).With(d.Kind).With(d.Name).With(d.Version).With(d.Change)
            .With(d.Body).With(d.AtMs).With(d.By).With(d.Reason);
        await insert.ExecuteNonQueryAsync();
    }
}
