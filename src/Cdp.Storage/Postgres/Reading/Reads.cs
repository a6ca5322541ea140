using Cdp.Core.Journal;
using Npgsql;

namespace Cdp.Storage.Postgres.Reading;

/// <summary>Runs reads over the pool. Each is one statement, so that all of it sees one point in time.</summary>
internal sealed class Reads(NpgsqlDataSource source)
{
    private volatile bool isClosed;

    /// <summary>Runs one read. When its connection turns out to be broken, the pool is emptied, and the read is done once more over a new one.</summary>
    /// <exception cref="JournalUnavailableException">The server cannot be read from, or the journal is closed.</exception>
    public async ValueTask<T> RunAsync<TState, T>(
        string sql,
        TState state,
        Action<NpgsqlParameterCollection, TState> bind,
        Func<NpgsqlDataReader, TState, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken,
        bool isLong = false)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            if (isClosed) throw PostgresErrors.Closed();
            try
            {
                await using var command = source.CreateCommand(sql);
                if (isLong) command.CommandTimeout = 0;
                bind(command.Parameters, state);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                return await read(reader, state, cancellationToken);
            }
            catch (Exception e) when (isFirst && PostgresErrors.IsTransient(e))
            {
                // A restart of the server breaks all of them, not only the one that this read met.
                source.Clear();
            }
            catch (Exception e)
            {
                throw PostgresErrors.Translate(e);
            }
        }
    }

    /// <summary>Runs one read for all its rows.</summary>
    /// <exception cref="JournalUnavailableException">As above.</exception>
    public ValueTask<IReadOnlyList<T>> AllAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken, bool isLong = false) => RunAsync(
        sql,
        (bind, row),
        static (p, s) => s.bind(p),
        static async (reader, s, token) =>
        {
            var rows = new List<T>();
            while (await reader.ReadAsync(token)) rows.Add(s.row(reader));
            return (IReadOnlyList<T>)rows;
        },
        cancellationToken,
        isLong);

    public void Close() => isClosed = true;

    /// <summary>A body or state; null stands for an empty one.</summary>
    public static async Task<ReadOnlyMemory<byte>> BytesAsync(NpgsqlDataReader reader, int column, CancellationToken cancellationToken) =>
        await reader.IsDBNullAsync(column, cancellationToken)
            ? ReadOnlyMemory<byte>.Empty
            : await reader.GetFieldValueAsync<byte[]>(column, cancellationToken);
}
