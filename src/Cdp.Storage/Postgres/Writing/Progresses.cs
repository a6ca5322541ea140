using Cdp.Core.Journal.Index;
using Cdp.Storage.Postgres.Reading;
using Npgsql;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>How far background work has come. A write whose answer was lost looks like somebody else's when it is done again, and its worker reads anew.</summary>
internal static class Progresses
{
    private const string ReadSql = "SELECT revision, body FROM progress WHERE workspace=$1 AND name=$2";
    private const string BeginSql = "INSERT INTO progress(workspace, name, revision, body) VALUES ($1, $2, $3+1, $4) ON CONFLICT DO NOTHING";
    private const string GoOnSql = "UPDATE progress SET revision=$3+1, body=$4 WHERE workspace=$1 AND name=$2 AND revision=$3";

    public static async ValueTask<Progress?> ReadAsync(Reads reads, string workspace, string name, CancellationToken cancellationToken) =>
        await reads.AllAsync(
            ReadSql, p => p.With(workspace).With(name), static r => new Progress(r.GetInt64(0), r.GetFieldValue<byte[]>(1)), cancellationToken) is [var found] ? found : null;

    public static async Task<bool> WriteAsync(NpgsqlDataSource source, string workspace, string name, long expected, ReadOnlyMemory<byte> body)
    {
        await using var command = source.CreateCommand(expected == 0 ? BeginSql : GoOnSql);
        command.Parameters.With(workspace).With(name).With(expected).With(body.ToArray());
        return await command.ExecuteNonQueryAsync() == 1;
    }
}
