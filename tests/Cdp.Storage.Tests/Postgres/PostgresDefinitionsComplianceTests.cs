using Cdp.Core.Definitions;
using Cdp.Storage.Postgres;
using Cdp.Testing.Definitions;
using Cdp.Testing.Postgres;

namespace Cdp.Storage.Tests.Postgres;

[NeedsPostgres]
public sealed class PostgresDefinitionsComplianceTests : DefinitionsCompliance
{
    private PostgresServer? server;
    private string? database;
    private PostgresJournal? opened;

    protected override async Task<IDefinitions> OpenAsync()
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
