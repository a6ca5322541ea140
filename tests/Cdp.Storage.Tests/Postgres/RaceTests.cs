using System.Globalization;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Storage.Postgres;
using Cdp.Testing.Postgres;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>Several journals on one database stand for several processes: they share nothing but the server.</summary>
public sealed class RaceTests : PostgresTest
{
    private const int Journals = 3;
    private const int Callers = 8;

    [PostgresFact]
    public async Task Appends_of_several_processes_to_the_same_streams_are_each_there_once()
    {
        const int streams = 5, each = 40;
        var committed = await RaceAsync(async (journal, random, caller) =>
        {
            var mine = new List<(CustomerId, long)>();
            for (var n = 0; n < each; n++)
            {
                var stream = Customer(random.Next(streams));
                var version = (await journal.LoadAsync(Workspace, stream))?.Tail.Count ?? 0;
                if (await journal.CommitAsync(Unit(stream.At(version, Event(n, caller)))) == CommitOutcome.Committed) mine.Add((stream, version + 1));
            }
            return mine;
        });

        Assert.Equal(committed.Count, committed.Distinct().Count());
        await using var reader = await OpenAsync();
        for (var n = 0; n < streams; n++)
        {
            var rows = (await reader.LoadAsync(Workspace, Customer(n)))!.Tail;
            Assert.Equal(Enumerable.Range(1, rows.Count), rows.Select(static r => (int)r.Version));
            Assert.Equal(rows.Count, committed.Count(c => c.Item1 == Customer(n)));
        }
    }

    [PostgresFact]
    public async Task Identifiers_that_several_processes_move_have_one_owner_whose_journal_says_so()
    {
        const int identifiers = 4, each = 30;
        var committed = await RaceAsync(async (journal, random, caller) =>
        {
            var stream = Customer(1000 + int.Parse(caller, CultureInfo.InvariantCulture));
            var mine = new List<(Identifier, Epoch)>();
            var version = 0L;
            for (var n = 0; n < each; n++)
            {
                var id = Email($"{random.Next(identifiers)}");
                var owned = (await journal.OwnersAsync(Workspace, [id]))[0];
                var next = new Epoch(stream, version + 1);
                // Every few times it is let go, so that rows go and come.
                var owner = random.Next(4) == 0 ? (CustomerId?)null : stream;
                if (owned.Owner is null && owner is null) continue;
                var unit = Unit(stream.At(version, Entry(RecordKind.Decided))).With(Link(id, owned.Epoch, owner, next));
                if (await journal.CommitAsync(unit) != CommitOutcome.Committed) continue;
                version++;
                mine.Add((id, next));
            }
            Assert.Equal(version, (await journal.LoadAsync(Workspace, stream))?.Tail.Count ?? 0);
            return mine;
        });

        Assert.True(committed.Count > identifiers);
        await using var reader = await OpenAsync();
        for (var n = 0; n < identifiers; n++)
        {
            var owned = (await reader.OwnersAsync(Workspace, [Email($"{n}")]))[0];
            if (owned.Epoch is { } epoch) Assert.Contains((Email($"{n}"), epoch), committed);
        }
    }

    /// <summary>
    /// Units over the same identifiers and some of many streams, named in every order: were rows locked in the order of the caller, or two kinds of work in different
    /// ones, the server would have to end transactions. It counts those.
    /// </summary>
    [PostgresFact]
    public async Task Crossing_units_snapshots_trims_claims_and_erasures_never_deadlock()
    {
        const int streams = 60, each = 40;
        var committed = await RaceAsync(async (journal, random, caller) =>
        {
            var mine = new List<int>();
            for (var n = 0; n < each; n++)
            {
                var some = Enumerable.Range(1, streams).Select(Customer).OrderBy(_ => random.Next()).Take(3).ToArray();
                var heads = await Task.WhenAll(some.Select(async s => await journal.LoadAsync(Workspace, s) is { } load
                    ? (Version: load.Tail.Count > 0 ? load.Tail[^1].Version : load.Snapshot!.Version, IsErased: load.Tail.Any(static r => r.Kind == RecordKind.Erased))
                    : (0, false)));
                var ids = new[] { Email("a"), Email("b"), Email("c") }.OrderBy(_ => random.Next()).Take(2).ToArray();
                var owned = await journal.OwnersAsync(Workspace, ids);
                var outcome = random.Next(12) switch
                {
                    8 => await Grid(journal, random, some),

                    0 => await Snapshots(journal, some, heads),
                    1 => await journal.TrimAsync(Workspace, some[0], n) >= 0 ? CommitOutcome.Committed : CommitOutcome.Conflict,
                    2 when n > each / 2 => await journal.EraseAsync(new(
                        Workspace,
                        [.. some.Select((s, i) => (s, heads[i].Version)).Where(static s => s.Version > 0)],
                        [.. owned.Where(static o => o.Epoch is not null).Select(static o => (o.Identifier, o.Epoch!.Value))],
                        5,
                        false)),
                    _ => await journal.CommitAsync(Unit([.. some.Select((s, i) => s.At(heads[i].Version, Event(n, caller)))]).With(
                        [.. owned.Select(o => Link(o.Identifier, o.Epoch, some[0], new(some[0], heads[0].Version + 1)))]) with
                    {
                        Index = [.. some[1..].Select(s => new CustomerIndex(s, [new($"a{random.Next(3)}", n)], random.Next(3) == 0 ? null : n, n))],
                        Wakes = [.. Enumerable.Range(1, streams).Select(Customer).Except(some).OrderBy(_ => random.Next()).Take(5).Select(c => new Wake(c, -n))],
                        Feed = [.. some.Select(s => new FeedEntry("vip", s, n, "{}"u8.ToArray()))],
                        Outbox = [.. some.Select(s => new OutboxMessage($"q{random.Next(2)}", $"{random.Next(20)}", s, n, "{}"u8.ToArray()))],
                    }),
                };
                if (outcome == CommitOutcome.Committed) mine.Add(n);
            }
            return mine;
        });

        Assert.NotEmpty(committed);
        // What the sizes say is what the memberships are, whoever counted.
        await using (var reader = await OpenAsync())
        {
            foreach (var size in (await reader.SizesAsync(Workspace)).Where(static s => s.Audience != "a0"))
                Assert.Equal(size.Members, (await reader.MembersAsync(Workspace, size.Audience, null, 1_000)).Count);
        }

        Assert.Equal(0L, await ReadAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname=current_database()"));
        Assert.DoesNotContain("deadlock detected", await Server.LogAsync(), StringComparison.Ordinal);
    }

    private static async Task<CommitOutcome> Grid(PostgresJournal journal, Random random, CustomerId[] streams)
    {
        foreach (var stream in streams) await journal.WakeAsync(Workspace, new(stream, -random.Next(100)));
        foreach (var due in await journal.ClaimDueAsync(100, 0, 5)) await journal.RescheduleAsync(due, due.Version, random.Next(2) == 0 ? null : 50);
        var queue = $"q{random.Next(2)}";
        var claimed = await journal.ClaimAsync(Workspace, queue, 100, 0, 9);
        await journal.SettleAsync(Workspace, queue, [.. claimed.Reverse().Select(c => new Delivery(
            c.Message.Id, c.Attempts + 1, 1, 1, random.Next(2) == 0 ? DeliveryStatus.Delivered : DeliveryStatus.Dead, null, null, null))]);
        await journal.ReplayAsync(Workspace, queue, null, 1);
        await journal.DropAudienceAsync(Workspace, "a0", 3);
        await journal.TrimFeedAsync(10, 5);
        return CommitOutcome.Committed;
    }

    private static async Task<CommitOutcome> Snapshots(PostgresJournal journal, CustomerId[] streams, (long Version, bool IsErased)[] heads)
    {
        await journal.SaveSnapshotsAsync(Workspace, [.. streams.Select((s, i) => Snapshot(s, heads[i].Version, "state"))]);
        return CommitOutcome.Committed;
    }

    private async Task<List<T>> RaceAsync<T>(Func<PostgresJournal, Random, string, Task<List<T>>> work)
    {
        var journals = await Task.WhenAll(Enumerable.Range(0, Journals).Select(_ => OpenAsync()));
        var results = await Task.WhenAll(Enumerable.Range(0, Journals * Callers).Select(n => Task.Run(() =>
            work(journals[n % Journals], new Random(n), n.ToString(CultureInfo.InvariantCulture)))));
        foreach (var journal in journals) await journal.DisposeAsync();
        return [.. results.SelectMany(static r => r)];
    }
}
