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
        Assert.Equal([Customer(1)], await journal.WalkCustomersAsync(Workspace, null, 10));
        Assert.Empty(await journal.CheckAsync());
    }

    [Fact]
    public async Task A_journal_of_schema_2_finds_out_who_lives()
    {
        using (var database = Database.Open(folder.File("grid.db"), writable: true, create: true))
        {
            database.Execute("PRAGMA auto_vacuum=INCREMENTAL");
            Schema.Migrate(database, upTo: 2);
            database.Execute($"""
                INSERT INTO journal(workspace, stream, version, time, kind) VALUES
                    ('default', {Blob(1)}, 1, 1, 2), ('default', {Blob(2)}, 1, 1, 2), ('default', {Blob(2)}, 2, 1, 3), ('default', {Blob(3)}, 5, 1, 6),
                    ('default', {Blob(4)}, 1, 1, 2), ('default', {Blob(4)}, 2, 1, 3), ('default', {Blob(4)}, 3, 1, 8), ('other', {Blob(2)}, 1, 1, 2);
                INSERT INTO profiles(workspace, customer, version, state) VALUES
                    ('default', {Blob(5)}, 4, x'00'), ('default', {Blob(2)}, 2, x'00'), ('default', {Blob(1)}, 1, x'00')
                """);
        }

        await using var journal = await SqliteJournal.OpenAsync(new() { Directory = folder.Path }, TimeProvider.System);
        Assert.Equal([Customer(1), Customer(4), Customer(5)], await journal.WalkCustomersAsync(Workspace, null, 10));
        Assert.Equal(1, await journal.CountCustomersAsync("other"));
        Assert.Empty(await journal.CheckAsync());
    }

    private static string Blob(int customer) => $"x'{Customer(customer).Value:N}'";
}
