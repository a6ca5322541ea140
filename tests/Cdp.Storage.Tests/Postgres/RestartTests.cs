using System.Globalization;
using Cdp.Core.Journal;
using Cdp.Storage.Postgres;
using Cdp.Testing.Postgres;
using Cdp.Testing.Waiting;
using Npgsql;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Storage.Tests.Postgres;

/// <summary>A server that ends and comes back under load; each test has one of its own.</summary>
public sealed class RestartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task A_server_killed_under_load_loses_nothing_that_was_acknowledged() => await UnderLoad(static s => s.KillAsync());

    [PostgresFact]
    public async Task A_server_stopped_under_load_loses_nothing_that_was_acknowledged() => await UnderLoad(static s => s.StopAsync());

    [PostgresFact]
    public async Task While_the_server_is_down_nothing_is_durable_and_then_all_is_well()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var journal = await PostgresJournal.OpenAsync(
            new() { ConnectionString = await server.CreateDatabaseAsync(), RetryFor = TimeSpan.Zero }, TimeProvider.System);
        await journal.CommitAsync(Unit(Customer(1).At(0, Event(1))));
        // Several pooled connections, all of which the restart breaks.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await journal.LoadAsync(Workspace, Customer(1))));
        await server.StopAsync();

        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.CommitAsync(Unit(Customer(1).At(1, Event(1)))));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.LoadAsync(Workspace, Customer(1)));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "s")]));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.TrimAsync(Workspace, Customer(1), 1));

        await server.StartAgainAsync();
        Assert.Single((await journal.LoadAsync(Workspace, Customer(1)))!.Tail);
        Assert.Equal(CommitOutcome.Committed, await journal.CommitAsync(Unit(Customer(1).At(1, Event(1)))));
    }

    [PostgresFact]
    public async Task A_restart_inside_the_bound_is_not_noticed()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var journal = await PostgresJournal.OpenAsync(
            new() { ConnectionString = await server.CreateDatabaseAsync(), RetryFor = TimeSpan.FromMinutes(2) }, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await journal.LoadAsync(Workspace, Customer(1))));
        await server.StopAsync();
        var commit = journal.CommitAsync(Unit(Customer(1).At(0, Event(1))));
        var snapshot = journal.SaveSnapshotsAsync(Workspace, [Snapshot(Customer(1), 1, "s")]);
        await server.StartAgainAsync();

        Assert.Equal(CommitOutcome.Committed, await commit);
        await snapshot;
        Assert.NotNull(await journal.LoadAsync(Workspace, Customer(1)));
    }

    /// <summary>A commit that did not wait for its standbys is lost with the primary: it must not be called durable.</summary>
    [PostgresFact]
    public async Task A_commit_whose_wait_for_a_standby_was_cancelled_is_not_called_committed()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using var journal = await PostgresJournal.OpenAsync(new() { ConnectionString = database }, TimeProvider.System);
        await server.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names='nobody'");
        await server.ExecuteAsync("SELECT pg_reload_conf()");
        var last = Task.FromResult(CommitOutcome.Committed);
        var n = 0;
        await Eventually.TrueAsync("a commit waits for a standby and the wait is cancelled", Patience, async () =>
        {
            // The server takes the setting up when it gets round to it; commits before that go through.
            if (last.IsCompleted) last = journal.CommitAsync(Unit(Customer(++n).At(0, Event(1)))).AsTask();
            return await server.ExecuteAsync("SELECT bool_or(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event='SyncRep'") is true;
        });

        await Assert.ThrowsAsync<UnknownCommitOutcomeException>(() => last);
        Assert.NotNull(await journal.LoadAsync(Workspace, Customer(n)));
    }

    [PostgresFact]
    public async Task A_failover_to_a_synchronous_standby_under_load_loses_nothing_that_was_acknowledged()
    {
        await using var primary = await PostgresServer.StartAsync();
        var database = new NpgsqlConnectionStringBuilder(await primary.CreateDatabaseAsync());
        await using var standby = await primary.StartStandbyAsync();
        await primary.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names='*'");
        await primary.ExecuteAsync("SELECT pg_reload_conf()");
        await Eventually.TrueAsync("the standby is synchronous", Patience, async () =>
            await primary.ExecuteAsync("SELECT EXISTS(SELECT 1 FROM pg_stat_replication WHERE sync_state='sync')") is true);
        var second = new NpgsqlConnectionStringBuilder(standby.ConnectionString());
        database.Host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{second.Port},127.0.0.1:{database.Port}");
        await using var journal = await PostgresJournal.OpenAsync(new() { ConnectionString = database.ConnectionString }, TimeProvider.System);
        var load = new Load(journal, callers: 20);
        load.Start();
        await Eventually.TrueAsync("commits go on", Patience, () => load.Committed > 200);

        await primary.KillAsync();
        await standby.ExecuteAsync("SELECT pg_promote()");

        var before = load.Committed;
        await Eventually.TrueAsync("commits go on over the new primary", Patience, () => load.Committed > before + 200);
        await load.CheckAsync();
    }

    private static async Task UnderLoad(Func<PostgresServer, Task> end)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var journal = await PostgresJournal.OpenAsync(
            new() { ConnectionString = await server.CreateDatabaseAsync(), RetryFor = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        var load = new Load(journal, callers: 40);
        load.Start();
        for (var round = 0; round < 4; round++)
        {
            var before = load.Committed;
            await Eventually.TrueAsync("commits go on", Patience, () => load.Committed > before + 200);
            await end(server);
            var refused = load.Unavailable;
            await Eventually.TrueAsync("callers are told", Patience, () => load.Unavailable > refused);
            await server.StartAgainAsync();
        }
        await load.CheckAsync();
        Assert.True(load.Unavailable > 0 && load.Committed > 800);
    }
}
