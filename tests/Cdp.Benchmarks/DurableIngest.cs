using System.Globalization;
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

    public static async Task RunAsync(Report report)
    {
        await using var server = await BenchServer.StartAsync();
        await server.SendAsync([.. Enumerable.Range(0, Customers).Select(i => Event(i, -1))]);
        var random = new Random(1);
        byte[][] requests = [.. Enumerable.Range(0, Requests).Select(r => LoadClient.Request("POST", "/v1/batch", "Bearer dev", EventFeed.Batch(
            Enumerable.Range(0, EventsPerRequest).Select(e => Event(random.Next(Customers), (r * EventsPerRequest) + e)))))];
        var result = await LoadClient.MeasureAsync(server.Port, 16, TimeSpan.Zero, requests);
        if (result.Failures > 0) throw new InvalidOperationException("A batch failed.");
        var ours = result.RequestsPerSecond * EventsPerRequest;
        var peer = await PeerAsync(server.DataDirectory);
        report.Add(
            $"durable ingest over HTTP, {requests[0].Length / EventsPerRequest} bytes an event, 16 connections",
            $"{Report.N(ours)} events/s, p99 of a batch {result.P99Ms:0} ms",
            $"bare SQLite loop, groups of 256: {Report.N(peer)} rows/s",
            ours / peer,
            ">= 0.60");
    }

    /// <summary>An event of about 500 bytes of a customer; its message id is made of both numbers.</summary>
    public static string Event(int customer, int number) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"type":"track","event":"Product Viewed","messageId":"bench-{{customer}}-{{number}}","anonymousId":"anonymous-{{customer}}","timestamp":"2026-01-02T03:04:05.678Z","properties":{"product_id":"sku-{{number}}","name":"A product with a name","price":12.5,"currency":"EUR","category":"shoes"},"context":{"ip":"10.1.2.3","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","page":{"url":"https://example.com/products/{{number}}","title":"Product"},"library":{"name":"bench","version":"1.0.0"} } }
        """);

    /// <summary>Inserts the rows that the run has written into a file of their own, in the order of their arrival.</summary>
    private static async Task<double> PeerAsync(string directory)
    {
        var folder = Directory.CreateTempSubdirectory("cdp-bench-");
        double rate;
        using (var source = new SqliteConnection($"Data Source={Path.Combine(directory, "grid.db")};Mode=ReadOnly;Pooling=False"))
        using (var loop = await BareLoop.CreateAsync(folder.FullName))
        {
            source.Open();
            // Bodies are numbered in the order of arrival; the first two rows of each customer filled the tree, unmeasured, in the server as well.
            loop.Insert(Read(source, "<= 2"));
            rate = loop.Insert([.. Read(source, "> 2")]);
        }

        folder.Delete(recursive: true);
        return rate;
    }

    private static IEnumerable<BareRow> Read(SqliteConnection source, string versions)
    {
        using var command = source.CreateCommand();
        command.CommandText =
            $"SELECT stream, version, time, bodies.body FROM journal JOIN bodies ON bodies.id = journal.body WHERE version {versions} ORDER BY bodies.id";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return new((byte[])reader[0], reader.GetInt64(1), reader.GetInt64(2), (byte[])reader[3]);
    }
}
