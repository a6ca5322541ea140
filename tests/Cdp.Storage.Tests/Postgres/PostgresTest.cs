using Cdp.Storage.Postgres;
using Cdp.Testing.Postgres;
using Npgsql;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>A test with a database of its own on the shared server.</summary>
public abstract class PostgresTest : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected PostgresServer Server { get; private set; } = null!;

    protected string Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await PostgresServer.SharedAsync();
        Database = await Server.CreateDatabaseAsync();
    }

    public Task DisposeAsync() => Server.DropDatabaseAsync(Database);

    protected Task<PostgresJournal> OpenAsync(PostgresJournalOptions? options = null) =>
        PostgresJournal.OpenAsync(options ?? new() { ConnectionString = Database }, TimeProvider.System);

    /// <summary>A session beside the journal.</summary>
    protected async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    protected async Task<T> ReadAsync<T>(string sql) => (T)(await Server.ExecuteAsync(sql, Database))!;
}
