using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Journal;

namespace Cdp.Storage.Tests;

public sealed class SqliteJournalComplianceTests : JournalCompliance, IDisposable
{
    private readonly TempFolder folder = new();
    private SqliteJournal? opened;

    protected override async Task<IJournal> OpenAsync() =>
        opened = await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = folder.Path }, TimeProvider.System);

    protected override async Task CloseAsync()
    {
        Assert.Empty(await opened!.CheckAsync());
        await opened.DisposeAsync();
    }

    public void Dispose() => folder.Dispose();
}

public sealed class InMemoryJournalComplianceTests : JournalCompliance
{
    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(new InMemoryJournal());
}
