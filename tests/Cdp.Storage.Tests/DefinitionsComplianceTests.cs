using Cdp.Core.Definitions;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Definitions;

namespace Cdp.Storage.Tests;

public sealed class SqliteDefinitionsComplianceTests : DefinitionsCompliance, IDisposable
{
    private readonly TempFolder folder = new();
    private SqliteJournal? opened;

    protected override async Task<IDefinitions> OpenAsync() =>
        opened = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = folder.Path }, TimeProvider.System);

    protected override async Task CloseAsync()
    {
        Assert.Empty(await opened!.CheckAsync());
        await opened.DisposeAsync();
    }

    public void Dispose() => folder.Dispose();
}

public sealed class InMemoryDefinitionsComplianceTests : DefinitionsCompliance
{
    protected override Task<IDefinitions> OpenAsync() => Task.FromResult<IDefinitions>(new InMemoryDefinitions());
}
