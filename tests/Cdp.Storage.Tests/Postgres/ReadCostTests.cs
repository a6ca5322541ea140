using Cdp.Core.Journal;
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
}
