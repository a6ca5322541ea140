using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Cdp.Benchmarks;

/// <summary>
/// Durable ingest over HTTP: 100 events of about 500 bytes per request, 16 connections, 100,000 customers. The peer is a bare loop that inserts the
/// very rows that this run has written into a file of the same schema, in groups of 256, with the same durability.
/// </summary>
internal static class DurableIngest
{
    private const int Customers = 100_000;
    private const int Requests = 3_000;
    private const int EventsPerRequest = 100;
    private const int Group = 256;

    public static async Task RunAsync(Report report)
    {
        await using var server = await BenchServer.StartAsync();
        await server.SendAsync([.. Enumerable.Range(0, Customers).Select(i => Event(i, -1))]);
        var random = new Random(1);
        byte[][] requests = [.. Enumerable.Range(0, Requests).Select(r => LoadClient.Request("POST", "/v1/batch", "Bearer dev", Encoding.UTF8.GetBytes(
            $"{{\"batch\":[{string.Join(',', Enumerable.Range(0, EventsPerRequest).Select(e => Event(random.Next(Customers), (r * EventsPerRequest) + e)))}]}}")))];
        var result = await LoadClient.MeasureAsync(server.Port, 16, TimeSpan.Zero, requests);
        if (result.Failures > 0) throw new InvalidOperationException("A batch failed.");
        var ours = result.RequestsPerSecond * EventsPerRequest;
        var peer = BareLoop(server.DataDirectory, Requests * EventsPerRequest);
        report.Add(
            $"durable ingest over HTTP, {requests[0].Length / EventsPerRequest} bytes an event, 16 connections",
            $"{Report.N(ours)} events/s, p99 of a batch {result.P99Ms:0} ms",
            $"bare SQLite loop, groups of {Group}: {Report.N(peer)} rows/s",
            ours / peer,
            ">= 0.60");
    }

    private static string Event(int customer, int number) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"type":"track","event":"Product Viewed","messageId":"bench-{{customer}}-{{number}}","anonymousId":"anonymous-{{customer}}","timestamp":"2026-01-02T03:04:05.678Z","properties":{"product_id":"sku-{{number}}","name":"A product with a name","price":12.5,"currency":"EUR","category":"shoes"},"context":{"ip":"10.1.2.3","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","page":{"url":"https://example.com/products/{{number}}","title":"Product"},"library":{"name":"bench","version":"1.0.0"} } }
        """);

    private static double BareLoop(string directory, int rows)
    {
        using var source = new SqliteConnection($"Data Source={Path.Combine(directory, "grid.db")};Mode=ReadOnly");
        source.Open();
        using var schema = source.CreateCommand();
        schema.CommandText = "SELECT group_concat(sql, ';') FROM sqlite_master WHERE type='table' AND name IN ('journal', 'bodies')";
        var create = (string)schema.ExecuteScalar()!;
        schema.CommandText = "PRAGMA page_size";
        var pageBytes = (long)schema.ExecuteScalar()!;

        var target = Path.Combine(directory, "bare.db");
        using var bare = new SqliteConnection($"Data Source={target};Pooling=False");
        bare.Open();
        Run(bare, $"PRAGMA page_size={pageBytes}; PRAGMA journal_mode=WAL; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; {create}");

        // The first rows (one per customer and its decision) fill the tree, unmeasured, as they did in the server; the measured ones follow in the
        // order of their arrival, which interleaves the streams.
        schema.CommandText = Select + "<= 2";
        Copy(bare, Read(schema), int.MaxValue);
        schema.CommandText = Select + "> 2";
        var measured = Read(schema).ToArray();
        new Random(2).Shuffle(measured);
        var clock = Stopwatch.StartNew();
        var copied = Copy(bare, measured, rows);
        return copied / clock.Elapsed.TotalSeconds;
    }

    private const string Select =
        "SELECT workspace, stream, version, time, kind, bodies.body FROM journal JOIN bodies ON bodies.id = journal.body WHERE version ";

    private static IEnumerable<object[]> Read(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object[6];
            reader.GetValues(row);
            yield return row;
        }
    }

    private static int Copy(SqliteConnection target, IEnumerable<object[]> rows, int max)
    {
        using var insert = target.CreateCommand();
        insert.CommandText =
            "INSERT INTO bodies (body) VALUES ($5); INSERT INTO journal (workspace, stream, version, time, kind, body) VALUES ($0, $1, $2, $3, $4, last_insert_rowid())";
        for (var i = 0; i < 6; i++) insert.Parameters.Add(new SqliteParameter($"${i}", null));
        var count = 0;
        foreach (var group in rows.Take(max).Chunk(Group))
        {
            using var transaction = target.BeginTransaction();
            insert.Transaction = transaction;
            foreach (var row in group)
            {
                for (var i = 0; i < 6; i++) insert.Parameters[i].Value = row[i];
                insert.ExecuteNonQuery();
                count++;
            }

            transaction.Commit();
        }

        return count;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
