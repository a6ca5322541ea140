using Cdp.Core.Definitions;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;
using Cdp.Storage.Sqlite.Raw;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests;

/// <summary>Files of every released schema are opened and read, and mean what they meant.</summary>
public sealed class GoldenTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_journal_of_schema_1_is_opened_and_read()
    {
        using (var database = Database.Open(folder.File("grid.db"), writable: true, create: true))
            database.Execute(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", "v1.sql")));

        await using var journal = await SqliteJournal.OpenAsync(new() { Directory = folder.Path }, TimeProvider.System);
        var all = await journal.LoadAsync(Workspace, Customer(1), 0);
        Assert.Null(all);
        var load = await journal.LoadAsync(Workspace, Customer(1));
        Assert.Equal((1, "state"), (load!.Snapshot!.Version, load.Snapshot.State.Text()));
        Assert.Equal((2, RecordKind.Decided), (Assert.Single(load.Tail).Version, load.Tail[0].Kind));
        Assert.Equal("golden", (await journal.ReadTimelineAsync(Workspace, new([Customer(1)], 1)))[0].Body.Text());
        var owners = await journal.OwnersAsync(Workspace, [new("email", "gold@example.test"), new Identifier("email", "erased@example.test")]);
        Assert.Equal((Customer(1), new Epoch(Customer(1), 2)), (owners[0].Owner!.Value, owners[0].Epoch!.Value));
        Assert.Equal(new Erasure(5, true), owners[1].Erasure);
        Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(Unit(Customer(1).At(2, Event(3, "body")))));
        // A table that came later is there and empty.
        Assert.Empty(await journal.ChangesAsync(Workspace, 0));
        Assert.Equal(DefinitionStatus.Written, (await journal.WriteAsync(new(Workspace, "audience", "vip", "{}"u8.ToArray(), 1, "test"))).Status);
        Assert.Empty(await journal.CheckAsync());
    }
}
