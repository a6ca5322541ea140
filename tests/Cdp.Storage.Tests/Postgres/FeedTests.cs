using System.Text;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Postgres;
using Cdp.Storage.Postgres.Writing;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>Transactions that end in another order than they began: what a feed's readers must not notice.</summary>
public sealed class FeedTests : PostgresTest
{
    [PostgresFact]
    public async Task What_a_longer_transaction_tells_is_not_passed_over()
    {
        await using var journal = await OpenAsync();
        await using var session = await ConnectAsync();
        await session.RunAsync($"""
            BEGIN; INSERT INTO feed(epoch, workspace, topic, customer, at, body) SELECT {GridWrites.Epoch}, 'default', 'vip', gen_random_uuid(), 1, 'long'
            """);
        await Commit(journal, Told(1, 0, "short"));
        // Committed, and not shown: the reader would go on behind it.
        Assert.Empty(await journal.ReadFeedAsync(Workspace, "vip", FeedPlace.Start, 10));
        var end = await journal.FeedEndAsync();
        await session.RunAsync("COMMIT");
        await Commit(journal, Told(1, 1, "last"));

        Assert.Equal(["long", "short", "last"], await Shown(journal, FeedPlace.Start, 3));
        Assert.Equal(["long", "short", "last"], await Shown(journal, end, 3));
    }

    [PostgresFact]
    public async Task A_customers_entries_keep_their_order_when_the_older_transaction_comes_second()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await Commit(first, Unit(Customer(1).At(0, Event(1)), Customer(2).At(0, Event(1)), Customer(3).At(0, Event(1))));
        await using var session = await ConnectAsync();
        await session.RunAsync($"BEGIN; SELECT 1 FROM streams WHERE stream='{Customer(2).Value}' FOR UPDATE");
        // It has its number with the first stream's lock, and waits for the second one's.
        var waiting = second.CommitAsync(Unit(Customer(1).At(1, Event(1)), Customer(2).At(1, Event(1)), Customer(3).At(2, Event(1))) with { Feed = [Entry(3, "two")] }).AsTask();
        await Eventually.TrueAsync("the unit waits for the stream", Patience, async () => await ReadAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
        await Commit(first, Told(3, 1, "one"));
        await session.RunAsync("ROLLBACK");

        Assert.Equal(CommitOutcome.Committed, await waiting);
        Assert.Equal(["one", "two"], await Shown(first, FeedPlace.Start, 2));
    }

    [PostgresFact]
    public async Task A_reader_goes_on_where_it_was_when_the_tables_were_restored_on_another_server()
    {
        // Its transactions begin at low numbers, and the entries come from one that had counted far.
        const long ahead = 1_000_000_000;
        FeedPlace place;
        await using (var journal = await OpenAsync())
        {
            await Commit(journal, Told(1, 0, "one"));
            await Commit(journal, Told(1, 1, "two"));
            await Shown(journal, FeedPlace.Start, 2);
            place = (await journal.ReadFeedAsync(Workspace, "vip", FeedPlace.Start, 1))[0].Place;
        }

        await Server.ExecuteAsync($"UPDATE feed SET epoch=epoch+{ahead}", Database);
        await Server.ExecuteAsync("UPDATE feed_origin SET server=server-1", Database);
        place = place with { Epoch = place.Epoch + ahead };
        await using var moved = await OpenAsync();
        await Commit(moved, Told(1, 2, "three"));
        await using var beside = await OpenAsync();
        await Commit(beside, Told(1, 3, "four"));

        Assert.Equal(["two", "three", "four"], await Shown(moved, place, 3));
        Assert.Equal(["one", "two", "three", "four"], await Shown(beside, FeedPlace.Start, 4));
        Assert.Empty(await moved.ReadFeedAsync(Workspace, "vip", await moved.FeedEndAsync(), 10));
    }

    private static async Task Commit(PostgresJournal journal, UnitOfWork unit) => Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(unit));

    private static async Task<IReadOnlyList<string>> Shown(PostgresJournal journal, FeedPlace after, int expected)
    {
        IReadOnlyList<FeedRow> rows = [];
        await Eventually.TrueAsync($"{expected} entries are shown", Patience, async () =>
            (rows = await journal.ReadFeedAsync(Workspace, "vip", after, 100)).Count >= expected);
        return [.. rows.Select(static r => r.Body.Text())];
    }

    private static FeedEntry Entry(int customer, string body) => new("vip", Customer(customer), 1, Encoding.UTF8.GetBytes(body));

    private static UnitOfWork Told(int customer, long expected, string body) =>
        Unit(Customer(customer).At(expected, Event(1))) with { Feed = [Entry(customer, body)] };
}
