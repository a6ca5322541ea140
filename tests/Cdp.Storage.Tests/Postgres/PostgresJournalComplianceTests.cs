using Cdp.Core.Journal;
using Cdp.Storage.Postgres;
using Cdp.Testing.Journal;
using Cdp.Testing.Postgres;

namespace Cdp.Storage.Tests.Postgres;

[NeedsPostgres]
public sealed class PostgresJournalComplianceTests : JournalCompliance
{
    private PostgresServer? server;
    private string? database;
    private PostgresJournal? opened;

    protected override async Task<IJournal> OpenAsync()
    {
        server = await PostgresServer.SharedAsync();
        database = await server.CreateDatabaseAsync();
        return opened = await PostgresJournal.OpenAsync(new() { ConnectionString = database }, TimeProvider.System);
    }

    protected override async Task CloseAsync()
    {
        await opened!.DisposeAsync();
        await server!.DropDatabaseAsync(database!);
    }
}
