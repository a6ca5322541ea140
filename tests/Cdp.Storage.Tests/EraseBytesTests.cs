using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Sqlite;
using Cdp.Storage.Sqlite.Raw;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests;

/// <summary>Erasure is physical: the proof is in the bytes of the files.</summary>
public sealed class EraseBytesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Nothing_of_an_erased_customer_is_in_any_file()
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Directory = folder.Path }, TimeProvider.System);
        var (stream, id) = (Customer(1), new Identifier("email", "MARKER-identifier@example.test"));
        await journal.CommitAsync(Unit(stream.At(0, Event(1, "MARKER-short"), Event(2, new string('x', 20_000) + "MARKER-long")))
            .With(Link(id, null, stream, new(stream, 2)) with { Source = "MARKER-source" }) with
        {
            Feed = [new("vip", stream, 1, Bytes("MARKER-told"))],
            Outbox = [new("webhook", "1", stream, 1, Bytes("MARKER-message" + new string('x', 9_000))), new("webhook", "2", stream, 1, Bytes("MARKER-settled"))],
        });
        await journal.SettleAsync(Workspace, "webhook", [new("2", 1, 1, 1, DeliveryStatus.Delivered, 200, null, null)]);
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(stream, 2, "MARKER-state" + new string('y', 9000))]);
        await journal.CommitAsync(Unit(Customer(2).At(0, Event(1, "stays"))));
        Assert.True(Count("MARKER") >= 7);

        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(stream, 2)], [(id, new(stream, 2))], 9, false)
            { Feed = [new("vip", stream, 9, Bytes("told last"))] }));

        Assert.Equal(0, Count("MARKER"));
        Assert.True(Count("told last") > 0);
        Assert.Equal(0, Count("xxxxxxxxxxxxxxxx"));
        Assert.True(Count("stays") > 0);
    }

    [Fact]
    public async Task A_start_finishes_what_an_earlier_process_left()
    {
        var stream = Customer(1);
        using (var reader = await HeldUpErase(stream))
            Assert.True(Count("MARKER") > 0);
        await using (var again = await SqliteJournal.OpenAsync(new() { Directory = folder.Path }, TimeProvider.System))
        {
            await again.CommitAsync(Unit(Customer(3).At(0, Event(1))));
        }
        Assert.Equal(0, Count("MARKER"));
        using var database = Database.Open(folder.File("grid.db"), writable: false);
        Assert.Equal(0, database.Number("SELECT count(*) FROM meta WHERE key='scrub'"));
    }

    [Fact]
    public async Task A_look_up_that_sees_the_first_erasure_ever_says_so()
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Directory = folder.Path }, TimeProvider.System);
        var (stream, id) = (Customer(1), new Identifier("email", "e@example.test"));
        await journal.CommitAsync(Unit(stream.At(0, Event(1))).With(Link(id, null, stream, new(stream, 1))));
        var asked = new LateList(id, () => journal.EraseAsync(new(Workspace, [(stream, 1)], [(id, new(stream, 1))], 9, false)).AsTask().Wait());
        var found = (await journal.OwnersAsync(Workspace, asked))[0];
        Assert.Equal((null, new Erasure(9, false)), (found.Owner, found.Erasure));
    }

    /// <summary>Runs something when its only item is asked for the first time: inside the look-up, before it reads.</summary>
    private sealed class LateList(Identifier item, Action first) : IReadOnlyList<Identifier>
    {
        private Action? first = first;

        public int Count => 1;

        public Identifier this[int index]
        {
            get
            {
                Interlocked.Exchange(ref first, null)?.Invoke();
                return item;
            }
        }

        public IEnumerator<Identifier> GetEnumerator() => Enumerable.Repeat(item, 1).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private async Task<Database> HeldUpErase(CustomerId stream)
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Directory = folder.Path, EraseWait = TimeSpan.Zero }, TimeProvider.System);
        await journal.CommitAsync(Unit(stream.At(0, Event(1, "MARKER"))));
        var reader = Database.Open(folder.File("grid.db"), writable: false);
        reader.Execute("BEGIN");
        Assert.Equal(1, reader.Number("SELECT count(*) FROM journal"));
        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(async () => await journal.EraseAsync(new(Workspace, [(stream, 1)], [], 9, false)));
        return reader;
    }

    /// <summary>
    /// Trees that grow, split and shrink move live entries between pages; an old place of an entry must not outlive the entry itself.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_left_where_trees_were_rebalanced(int seed)
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Directory = folder.Path, ScrubStepBytes = 100_000 }, TimeProvider.System);
        var random = new Random(seed);
        var live = new Dictionary<int, (Identifier Id, string Body)>();
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < 150; i++)
            {
                var n = (round * 1000) + i;
                live[n] = (new("email", $"{random.Next():x8}-MARK{n:d6}-{new string('v', random.Next(200))}"), $"MARK{n:d6}-" + new string('b', random.Next(1500)));
            }
            await Task.WhenAll(live.Where(l => l.Key / 1000 == round).Select(l => Write(journal, l.Key, l.Value.Id, l.Value.Body)));
            await Task.WhenAll(live.Keys.Where(_ => random.Next(3) == 0).Select(n => journal.TrimAsync(Workspace, Customer(n), n % 4).AsTask()));
            var gone = live.Keys.Where(_ => random.Next(4) == 0).ToList();
            await Task.WhenAll(gone.Select(n => Erase(journal, n, live[n].Id)));
            foreach (var n in gone) live.Remove(n);
            Assert.Equal([], Numbers().Where(n => !live.ContainsKey(n)).Order());
        }
        Assert.Empty(await journal.CheckAsync());
        Assert.Equal(live.Count * 2, (await journal.ReadFeedAsync(Workspace, "all", FeedPlace.Start, 10_000)).Count + (await journal.ReadFeedAsync(Workspace, "some", FeedPlace.Start, 10_000)).Count);
        Assert.Equal(live.Count, (await journal.QueueAsync(Workspace, "second")).Pending);
        Assert.Equal(live.Count, await journal.CountCustomersAsync(Workspace));
        Assert.Equal(new("all", live.Count), Assert.Single(await journal.SizesAsync(Workspace)));
        foreach (var (n, (id, body)) in live)
        {
            var load = await journal.LoadAsync(Workspace, Customer(n));
            Assert.StartsWith($"MARK{n:d6}", load!.Snapshot!.State.Text(), StringComparison.Ordinal);
            Assert.All(load.Tail, r => Assert.Equal(body, r.Body.Text()));
            Assert.Equal(Customer(n), (await journal.OwnersAsync(Workspace, [id]))[0].Owner);
        }
    }

    private static async Task Write(SqliteJournal journal, int n, Identifier id, string body)
    {
        var stream = Customer(n);
        await journal.CommitAsync(Unit(stream.At(0, Event(1, body), Event(2, body))).With(Link(id, null, stream, new(stream, 1))) with
        {
            Index = [new(stream, [new("some", n), new("all", n)], n, n)],
            Feed = [new("all", stream, n, Bytes(body)), new("some", stream, n, Bytes(body))],
            Outbox = [new("first", $"{n}", stream, n, Bytes(body)), new("second", $"{n}", stream, n, Bytes(body))],
        });
        // Some leave on their own before anything is erased, and must not be left over in a page either.
        await journal.SettleAsync(Workspace, "first", [new($"{n}", 1, 1, 1, n % 2 == 0 ? DeliveryStatus.Delivered : DeliveryStatus.Dead, null, null, null)]);
        await journal.CommitAsync(Unit(stream.At(2, Entry(RecordKind.Positioned, 3, body))));
        await journal.CommitAsync(Unit(stream.At(3, Entry(RecordKind.Positioned, 3, body))) with
        {
            Superseded = [new(stream, 3)],
            Index = [new(stream, [new("all", n)], null, n)],
        });
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(stream, 1, body + body)]);
        await journal.SaveSnapshotsAsync(Workspace, [Snapshot(stream, 1 + (n % 2), body)]);
    }

    private static async Task Erase(SqliteJournal journal, int n, Identifier id) => Assert.Equal(
        CommitOutcome.Committed,
        await journal.EraseAsync(new(Workspace, [(Customer(n), 4)], [(id, new(Customer(n), 1))], 9, false)));

    private HashSet<int> Numbers()
    {
        var found = new HashSet<int>();
        foreach (var bytes in Contents())
        {
            var rest = bytes.AsSpan();
            for (int at; (at = rest.IndexOf("MARK"u8)) >= 0; rest = rest[(at + 4)..])
                if (rest.Length >= at + 10 && int.TryParse(rest.Slice(at + 4, 6), out var n)) found.Add(n);
        }
        return found;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private int Count(string text) => Contents().Sum(bytes =>
    {
        var count = 0;
        var wanted = Encoding.UTF8.GetBytes(text);
        var rest = bytes.AsSpan();
        for (int at; (at = rest.IndexOf(wanted)) >= 0; rest = rest[(at + wanted.Length)..]) count++;
        return count;
    });

    private IEnumerable<byte[]> Contents()
    {
        foreach (var path in Directory.GetFiles(folder.Path))
        {
            // The lock file is ours alone: not even we can open it twice.
            if (path.EndsWith("grid.lock", StringComparison.Ordinal)) continue;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            yield return bytes;
        }
    }
}
