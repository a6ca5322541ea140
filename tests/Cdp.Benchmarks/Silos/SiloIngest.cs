using System.Text.Json;
using Cdp.Testing.Postgres;
using Cdp.Testing.Processes;
using Cdp.Testing.Waiting;
using Npgsql;

namespace Cdp.Benchmarks.Silos;

/// <summary>
/// Durable ingest over HTTP through silos over PostgreSQL: 100 events of about 500 bytes a request, 16 connections, customers that exist already.
/// One silo against a bare COPY of the very rows that it has written, in groups of 256 and into the same server; and two silos against one.
/// </summary>
internal static class SiloIngest
{
    private const int Customers = 20_000;
    private const int Connections = 16;
    private const int EventsPerRequest = 100;
    private const int RequestsPerRound = 2_000;
    private const int Rounds = 3;
    private const int MaxCopied = 100_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Report report)
    {
        if (PostgresBinaries.Missing is { } missing)
        {
            Console.WriteLine($"silo-ingest: left out. {missing}");
            return;
        }

        await using var postgres = await DurablePostgres.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using var alone = await SiloProcess.StartAsync(database);
        var pairDatabase = await postgres.CreateDatabaseAsync();
        await using var first = await SiloProcess.StartAsync(pairDatabase);
        await using var second = await SiloProcess.StartAsync(pairDatabase);
        await JoinedAsync(first);
        foreach (var silo in new[] { alone, first }) await FillAsync(silo);

        // The round before the first only warms them up, and writes the rows that are copied.
        await MeasureAsync(0, alone);
        await MeasureAsync(0, first, second);
        var rows = await RowsAsync(database);
        var (one, two, keyed, plain) = (new List<LoadRun>(), new List<LoadRun>(), new List<double>(), new List<double>());
        for (var round = 1; round <= Rounds; round++)
        {
            keyed.Add(await CopyAsync(postgres, database, rows, "(LIKE journal INCLUDING ALL)"));
            plain.Add(await CopyAsync(postgres, database, rows, "(LIKE journal)"));
            one.Add(await MeasureAsync(round, alone));
            two.Add(await MeasureAsync(round, first, second));
        }

        var (single, pair) = (LoadRun.Median(one), LoadRun.Median(two));
        var what = $"durable ingest over HTTP through one silo over PostgreSQL, {EventsPerRequest} a request, {Connections} connections";
        foreach (var (rates, table) in new[] { (keyed, "a table like the journal's"), (plain, "the same without a key") })
        {
            var rate = rates.Order().ElementAt(Rounds / 2);
            report.Add(
                what,
                single.Text("events", EventsPerRequest),
                $"COPY of the same rows in groups of 256 into {table}: {Report.N(rate)} rows/s",
                single.Load.RequestsPerSecond * EventsPerRequest / rate,
                ">= 0.15");
        }

        report.Add(
            "the same through two silos, half of the connections each",
            pair.Text("events", EventsPerRequest),
            $"one silo: {Report.N(single.Load.RequestsPerSecond * EventsPerRequest)} events/s",
            pair.Load.RequestsPerSecond / single.Load.RequestsPerSecond,
            ">= 0.80");
    }

    private static async Task FillAsync(KeptServer silo)
    {
        await using var feed = new EventFeed(silo.Port);
        await feed.SendAsync([.. Enumerable.Range(0, Customers).Select(i => DurableIngest.Event(i, -1))]);
    }

    /// <summary>Sends a round's requests to all silos at once, each to one of them.</summary>
    private static Task<LoadRun> MeasureAsync(int round, params KeptServer[] silos) => LoadRun.MeasureAsync(async () =>
    {
        var random = new Random(round);
        // More than silos can take in the time: no message is sent twice.
        byte[][] requests = [.. Enumerable.Range(0, RequestsPerRound).Select(r => LoadClient.Request("POST", "/v1/batch", "Bearer dev", EventFeed.Batch(
            Enumerable.Range(0, EventsPerRequest).Select(e => DurableIngest.Event(
                random.Next(Customers), (((round * RequestsPerRound) + r) * EventsPerRequest) + e)))))];
        var results = await Task.WhenAll(silos.Select((silo, s) => LoadClient.MeasureAsync(
            silo.Port, Connections / silos.Length, Duration, [.. requests.Where((_, r) => r % silos.Length == s)], once: true)));
        return new(
            results.Sum(r => r.RequestsPerSecond),
            results.Average(r => r.P50Ms),
            results.Max(r => r.P99Ms),
            results.Sum(r => r.Requests),
            results.Sum(r => r.Failures),
            results.Sum(r => r.ProcessorSeconds));
    });

    private static async Task<IReadOnlyList<BareRow>> RowsAsync(string database)
    {
        var rows = new List<BareRow>();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        // The first versions of each customer filled the tree, unmeasured.
        await using var command = new NpgsqlCommand($"SELECT stream, version, time, body FROM journal WHERE kind = 1 AND version > 2 ORDER BY time LIMIT {MaxCopied}", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(new(reader.GetGuid(0).ToByteArray(bigEndian: true), reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
        return rows;
    }

    private static async Task<double> CopyAsync(PostgresServer postgres, string database, IReadOnlyList<BareRow> rows, string columns)
    {
        await postgres.ExecuteAsync($"CREATE TABLE copied {columns}", database);
        var rate = await BareCopy.RunAsync(database, "copied", rows);
        await postgres.ExecuteAsync("DROP TABLE copied", database);
        return rate;
    }

    /// <summary>Waits until a silo knows of the other.</summary>
    private static async Task JoinedAsync(KeptServer silo)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{silo.Port}") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev");
        await Eventually.TrueAsync("the silos know each other", JoinTimeout, async () =>
        {
            using var grid = JsonDocument.Parse(await http.GetByteArrayAsync("/v1/grid"));
            return grid.RootElement.GetProperty("silos").EnumerateArray().Count(s => s.GetProperty("status").GetString() == "active") == 2;
        });
    }
}
