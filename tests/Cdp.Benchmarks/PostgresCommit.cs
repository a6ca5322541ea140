using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Storage.Postgres;
using Cdp.Testing.Postgres;

namespace Cdp.Benchmarks;

/// <summary>Group commit into PostgreSQL through the port with many callers, against a bare binary COPY of the same rows into the same server.</summary>
internal static class PostgresCommit
{
    private const int Rows = 200_000;
    private const int Streams = 100_000;
    private const int Callers = 1_024;
    private const int Rounds = 3;

    public static async Task RunAsync(Report report)
    {
        if (PostgresBinaries.Missing is { } missing)
        {
            Console.WriteLine($"commit-postgres: left out. {missing}");
            return;
        }

        var ids = new IdSource(TimeProvider.System, new Random(1));
        CustomerId[] streams = [.. Enumerable.Range(0, Streams).Select(_ => ids.NewCustomer())];
        var body = new byte[500];
        new Random(2).NextBytes(body);
        await using var server = await PostgresServer.StartAsync("fsync=on", "shared_buffers=512MB", "max_wal_size=4GB");
        var (ours, keyed, plain) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            keyed.Add(await BareAsync(server, streams, body, withKey: true));
            plain.Add(await BareAsync(server, streams, body, withKey: false));
            ours.Add(await JournalAsync(server, streams, body, Callers, Rows));
        }

        double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
        var what = $"PostgreSQL: journal commits of one 500-byte row, {Callers} callers";
        foreach (var (rate, table) in new[] { (Median(keyed), "the journal's table"), (Median(plain), "a table without a key") })
            report.Add(what, $"{Report.N(Median(ours))} rows/s", $"COPY in groups of 256 into {table}: {Report.N(rate)} rows/s", Median(ours) / rate, ">= 0.15");
        Console.WriteLine($"one caller: {Report.N(await JournalAsync(server, streams, body, 1, 5_000))} commits/s");
    }

    private static async Task<double> BareAsync(PostgresServer server, CustomerId[] streams, byte[] body, bool withKey)
    {
        var database = await server.CreateDatabaseAsync();
        await (await PostgresJournal.OpenAsync(new() { ConnectionString = database }, TimeProvider.System)).DisposeAsync();
        await server.ExecuteAsync("CREATE TABLE plain(workspace text, stream uuid, version bigint, time bigint, kind smallint, body bytea)", database);
        var random = new Random(7);
        var versions = new long[Streams];
        var rate = await BareCopy.RunAsync(database, withKey ? "journal" : "plain", [.. Enumerable.Range(0, Rows).Select(n =>
        {
            var s = random.Next(Streams);
            return new BareRow(streams[s].Value.ToByteArray(bigEndian: true), ++versions[s], n, body);
        })]);
        await server.DropDatabaseAsync(database);
        return rate;
    }

    private static async Task<double> JournalAsync(PostgresServer server, CustomerId[] streams, byte[] body, int callers, int rows)
    {
        var database = await server.CreateDatabaseAsync();
        double rate;
        await using (var journal = await PostgresJournal.OpenAsync(new() { ConnectionString = database }, TimeProvider.System))
            rate = await JournalCommit.CommitAsync(journal, streams, body, callers, rows);
        await server.DropDatabaseAsync(database);
        return rate;
    }
}
