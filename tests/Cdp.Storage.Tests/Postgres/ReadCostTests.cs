using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>What reads touch on tables that were empty a moment ago, of which the server has no statistics yet.</summary>
public sealed class ReadCostTests : PostgresTest
{
    private const int Identifiers = 1_000;
    private const int Lookups = 100;

    [PostgresFact]
    public async Task An_owner_is_found_by_its_key_before_there_are_statistics()
    {
        await using (var journal = await OpenAsync())
        {
            await Server.ExecuteAsync("ALTER TABLE identifiers SET (autovacuum_enabled=false)", Database);
            // By now the plans are made that stay, for a table without rows.
            for (var i = 0; i < 20; i++) await journal.OwnersAsync(Workspace, [Email("nobody")]);
            var commits = await Task.WhenAll(Enumerable.Range(0, Identifiers).Select(i =>
                journal.CommitAsync(Unit(Customer(i).At(0, Event(1))).With(Link(Email($"person{i}"), null, Customer(i), new(Customer(i), 1)))).AsTask()));
            Assert.All(commits, c => Assert.Equal(CommitOutcome.Committed, c));
            for (var i = 0; i < Lookups; i++) Assert.Equal(Customer(i), (await journal.OwnersAsync(Workspace, [Email($"person{i}")]))[0].Owner);
        }

        // Sessions tell what they have read when they end.
        await Eventually.TrueAsync("the reads are counted", Patience, async () =>
            await ReadAsync<long>("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname='identifiers_pkey'") >= Lookups);
        var rows = await ReadAsync<long>("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname='identifiers_pkey'");
        Assert.True(rows < Lookups * 20, $"{Lookups} lookups read {rows} entries.");
    }

    [PostgresFact]
    public async Task Decisions_and_counts_read_their_streams_and_no_others_before_there_are_statistics()
    {
        await using (var journal = await OpenAsync())
        {
            for (var part = 0; part < 16; part++) await Server.ExecuteAsync($"ALTER TABLE journal_{part:d2} SET (autovacuum_enabled=false)", Database);
            for (var i = 0; i < 20; i++) await ReadBothAsync(Customer(0));
            await Task.WhenAll(Enumerable.Range(0, Identifiers).Select(i =>
                journal.CommitAsync(Unit(Customer(i).At(0, Event(1), Entry(RecordKind.Decided)))).AsTask()));
            for (var i = 0; i < Lookups; i++) await ReadBothAsync(Customer(i));

            async Task ReadBothAsync(Core.Identity.CustomerId stream)
            {
                await journal.ReadDecisionsAsync(Workspace, [stream, Customer(5_000)]);
                await journal.CountEventsAsync(Workspace, [stream, Customer(5_000)]);
            }
        }

        await Eventually.TrueAsync("the reads are counted", Patience, async () =>
            await ReadAsync<long>("SELECT sum(idx_scan + seq_scan)::bigint FROM pg_stat_user_tables WHERE relname LIKE 'journal__%'") >= 2 * Lookups);
        var rows = await ReadAsync<long>("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables WHERE relname LIKE 'journal__%'");
        Assert.True(rows < Lookups * 20, $"{2 * Lookups} reads took {rows} rows.");
    }

    [PostgresFact]
    public async Task A_commit_locks_its_rows_by_their_keys_before_there_are_statistics()
    {
        await using (var journal = await OpenAsync())
        {
            await Server.ExecuteAsync("ALTER TABLE identifiers SET (autovacuum_enabled=false)", Database);
            await Server.ExecuteAsync("ALTER TABLE streams SET (autovacuum_enabled=false)", Database);
            for (var round = 0; round < 4; round++)
            {
                for (var i = 0; i < Identifiers; i++)
                {
                    var link = Link(Email($"person{i}"), round == 0 ? null : new(Customer(i), round), Customer(i), new(Customer(i), round + 1));
                    Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(Unit(Customer(i).At(round, Event(1))).With(link)));
                }
            }
        }

        await Eventually.TrueAsync("the commits are counted", Patience, async () =>
            await ReadAsync<long>("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname='streams'") >= 3 * Identifiers);
        foreach (var table in new[] { "streams", "identifiers" })
        {
            var rows = await ReadAsync<long>($"SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname='{table}'");
            var entries = await ReadAsync<long>($"SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE relname='{table}'");
            Assert.True(Math.Max(rows, entries) < 4 * Identifiers * 10, $"{4 * Identifiers} commits read {rows} rows and {entries} index entries of {table}.");
        }
    }

    private const string Changed = "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname='streams'";

    [PostgresFact]
    public async Task Customers_are_sampled_by_an_index_that_lets_streams_change_in_place()
    {
        await using (var journal = await OpenAsync())
        {
            await Server.ExecuteAsync("ALTER TABLE streams SET (autovacuum_enabled=false)", Database);
            for (var version = 0; version < 3; version++)
            {
                var commits = await Task.WhenAll(Enumerable.Range(0, Identifiers).Select(i => journal.CommitAsync(Unit(Customer(i).At(version, Event(1)))).AsTask()));
                Assert.All(commits, c => Assert.Equal(CommitOutcome.Committed, c));
            }

            // The last one is short of two, and goes on at the first.
            for (var i = Identifiers - Lookups; i < Identifiers; i++)
                Assert.Equal(3, (await journal.SampleAsync(Workspace, SampleKeys.Of(Customer(i)), 3)).Count);
        }

        await Eventually.TrueAsync("the reads are counted", Patience, async () =>
            await ReadAsync<long>("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname='streams_by_sample'") >= Lookups);
        // Each backend reports in its own time.
        await Eventually.TrueAsync("the changes are counted", Patience, async () => await ReadAsync<long>(Changed) >= 2L * Identifiers);
        var rows = await ReadAsync<long>("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname='streams_by_sample'");
        // Three each, and the versions of a row that no vacuum has taken yet.
        Assert.True(rows < Lookups * 20, $"{Lookups} samples read {rows} entries.");
        Assert.Equal(2L * Identifiers, await ReadAsync<long>(Changed));
        var inPlace = await ReadAsync<long>("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname='streams'");
        // Were anything that changes indexed, there would be none. How many there are depends on when pages are pruned, and that on who else reads.
        Assert.True(inPlace > Identifiers / 10, $"{inPlace} of {2 * Identifiers} changes were made in place.");
    }

    [PostgresFact]
    public async Task A_page_of_a_feed_and_a_claim_read_their_rows_and_no_others()
    {
        await using (var journal = await OpenAsync())
        {
            foreach (var table in new[] { "feed", "due" }) await Server.ExecuteAsync($"ALTER TABLE {table} SET (autovacuum_enabled=false)", Database);
            await Task.WhenAll(Enumerable.Range(0, Identifiers).Select(i => journal.CommitAsync(Unit(Customer(i).At(0, Event(1))) with
            {
                Feed = [new("vip", Customer(i), i, "{}"u8.ToArray())],
                Wakes = [new(Customer(i), i)],
            }).AsTask()));
            var (seen, place) = (0, FeedPlace.Start);
            await Eventually.TrueAsync("all entries are shown", Patience, async () =>
            {
                var page = await journal.ReadFeedAsync(Workspace, "vip", place, 10);
                if (page.Count > 0) place = page[^1].Place;
                return (seen += page.Count) == Identifiers;
            });
            for (var i = 0; i < Lookups; i++)
                foreach (var due in await journal.ClaimDueAsync(Identifiers, 1_000_000, 5)) await journal.RescheduleAsync(due, due.Version, null);
        }

        await Eventually.TrueAsync("the reads are counted", Patience, async () =>
            await ReadAsync<long>("SELECT sum(idx_scan)::bigint FROM pg_stat_user_indexes WHERE indexrelname IN ('feed_pkey', 'due_by_time')") >= 2 * Lookups);
        var entries = await ReadAsync<long>("SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE indexrelname='feed_pkey'");
        Assert.True(entries < Identifiers * 4, $"{Identifiers / 10} pages of 10 read {entries} entries.");
    }
}
