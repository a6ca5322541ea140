using System.Globalization;
using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Testing.Requirements;
using Cdp.Testing.Waiting;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

public abstract partial class JournalCompliance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SuiteFact]
    public async Task A_feed_is_read_in_order_and_in_pages()
    {
        await Committed(Told(A, 0, Telling("vip", A, 1, "one"), Telling("new", A, 1, "other"), Telling("vip", A, 2, "two")));
        await Committed(Told(B, 0, Telling("vip", B, 3, "three")));
        await Committed(Told(B, 0, Telling("vip", B, 3, "elsewhere")).In("other"));
        await Committed(Told(A, 1, Telling("vip", A, 4, "four"), Telling("vip", A, 4, "five")));

        var all = await Feed("vip", 5);
        Assert.Equal(["one", "two", "three", "four", "five"], all.Select(static r => r.Body.Text()));
        Assert.Equal([1, 2, 3, 4, 4], all.Select(static r => r.AtMs));
        Assert.Equal(5, all.Select(static r => r.Place).Distinct().Count());
        for (var i = 0; i < all.Count; i++)
            Assert.Equal(all.Skip(i + 1).Take(2).Select(static r => r.Body.Text()), (await Grid.ReadFeedAsync(Workspace, "vip", all[i].Place, 2)).Select(static r => r.Body.Text()));
        Assert.Equal("other", Assert.Single(await Feed("new", 1)).Body.Text());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Grid.ReadFeedAsync(Workspace, "vip", FeedPlace.Start, 0));
    }

    [SuiteFact]
    public async Task What_is_committed_after_the_end_was_asked_stands_behind_it()
    {
        var end = await Grid.FeedEndAsync();
        await Committed(Told(A, 0, Telling("vip", A, 1, "one")));
        Assert.Equal(["one"], (await Feed("vip", 1, end)).Select(static r => r.Body.Text()));
        // What a reader was given by then does not stand behind the end.
        end = await Grid.FeedEndAsync();
        Assert.Empty(await Feed("vip", 0, end));
        await Committed(Told(A, 1, Telling("vip", A, 1, "two")));
        Assert.Equal(["two"], (await Feed("vip", 1, end)).Select(static r => r.Body.Text()));

        // Also when all that was there is gone.
        Assert.Equal(2, await Grid.TrimFeedAsync(100, 10));
        end = await Grid.FeedEndAsync();
        await Committed(Told(A, 2, Telling("vip", A, 1, "three")));
        Assert.Equal(["three"], (await Feed("vip", 1, end)).Select(static r => r.Body.Text()));
    }

    [SuiteFact]
    public async Task A_feed_is_trimmed_by_time_in_steps()
    {
        for (var n = 0; n < 6; n++) await Committed(Told(A, n, Telling("vip", A, n, $"{n}")));
        await Committed(Told(A, 0, Telling("vip", A, 1, "elsewhere")).In("other"));
        Assert.Equal(2, await Grid.TrimFeedAsync(4, 2));
        Assert.Equal(3, await Grid.TrimFeedAsync(4, 10));
        Assert.Equal(0, await Grid.TrimFeedAsync(4, 10));
        Assert.Equal(["4", "5"], (await Feed("vip", 2)).Select(static r => r.Body.Text()));
        Assert.Empty(await Grid.ReadFeedAsync("other", "vip", FeedPlace.Start, 10));
    }

    [SuiteFact]
    public async Task An_erasure_removes_what_was_told_and_tells_its_own()
    {
        await Committed(Told(A, 0, Telling("vip", A, 1, "a")));
        await Committed(Told(B, 0, Telling("vip", B, 1, "b")));
        var place = (await Feed("vip", 2))[0].Place;
        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(A, 1)], [], 9, false) { Feed = [Telling("vip", A, 9, "gone")] }));
        Assert.Equal(["b", "gone"], (await Feed("vip", 2)).Select(static r => r.Body.Text()));
        Assert.Equal(["b", "gone"], (await Feed("vip", 2, place)).Select(static r => r.Body.Text()));
    }

    [SuiteFact]
    public async Task A_feeds_reader_misses_nothing_while_many_write()
    {
        const int writers = 8, rounds = 60;
        using var writing = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(r => Task.Run(() => FollowAsync((r * 20) + 5, writers * rounds * 2, writing.Token))).ToList();
        var written = Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            var stream = Customer(w + 1);
            for (var round = 0; round < rounds; round++)
            {
                // Two entries of a unit, and units of several streams at once: both orders have to hold.
                await Committed(Told(stream, round, Telling("all", stream, round, $"{w} {2 * round}"), Telling("all", stream, round, $"{w} {(2 * round) + 1}")));
            }
        }));
        await Task.WhenAll(written);
        await writing.CancelAsync();
        foreach (var seen in await Task.WhenAll(readers))
        {
            Assert.Equal(writers * rounds * 2, seen.Count);
            foreach (var customer in seen.Select(static s => s.Split(' ')).GroupBy(static s => s[0]))
                Assert.Equal(Enumerable.Range(0, rounds * 2), customer.Select(static s => int.Parse(s[1], CultureInfo.InvariantCulture)));
        }
    }

    // Reads behind the last place it saw: without a pause while the writers write, and then until it has all.
    private async Task<List<string>> FollowAsync(int limit, int expected, CancellationToken writing)
    {
        var (seen, place) = (new List<string>(), FeedPlace.Start);
        while (!writing.IsCancellationRequested) await ReadOnAsync();
        await Eventually.TrueAsync($"a reader sees {expected} entries", Patience, async () => await ReadOnAsync() == 0 && seen.Count >= expected);
        return seen;

        async Task<int> ReadOnAsync()
        {
            var page = await Grid.ReadFeedAsync(Workspace, "all", place, limit, CancellationToken.None);
            foreach (var row in page)
            {
                seen.Add(row.Body.Text());
                place = row.Place;
            }

            return page.Count;
        }
    }

    private static FeedEntry Telling(string topic, CustomerId stream, long atMs, string body) => new(topic, stream, atMs, Encoding.UTF8.GetBytes(body));

    private static UnitOfWork Told(CustomerId stream, long expected, params FeedEntry[] entries) => Unit(stream.At(expected, Event(1))) with { Feed = entries };

    // A store may show an entry a moment after its commit has ended: as soon as whatever began before is over.
    private async Task<IReadOnlyList<FeedRow>> Feed(string topic, int expected, FeedPlace after = default)
    {
        IReadOnlyList<FeedRow> rows = [];
        await Eventually.TrueAsync($"{expected} entries of {topic} are shown", Patience, async () =>
            (rows = await Grid.ReadFeedAsync(Workspace, topic, after, 1_000)).Count >= expected);
        return rows;
    }
}
