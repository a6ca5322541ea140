using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Standalone;
using Cdp.Standalone.Actors;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Cdp.Benchmarks.Audiences;

/// <summary>
/// A new audience over stored customers: its preview and its fill, beside the same question in SQL over the same events in PostgreSQL, which is what a team with
/// a warehouse asks.
/// </summary>
internal static class AudienceBuilding
{
    private const string Workspace = "bench";

    public static async Task RunAsync(Report report, int customers)
    {
        var now = DateTimeOffset.UtcNow;
        var expected = Enumerable.Range(0, customers).Count(Shoppers.Belongs);
        await WithGridAsync(report, customers, expected, now);
        if (PostgresBinaries.Missing is { } missing) Console.WriteLine($"audience-building: SQL left out. {missing}");
        else await WithPostgresAsync(report, customers, expected, now);
    }

    private static async Task WithGridAsync(Report report, int customers, int expected, DateTimeOffset now)
    {
        var data = Directory.CreateTempSubdirectory("cdp-bench-");
        var inForce = AudiencesInForce.None;
        var options = new LocalGridOptions
        {
            Journal = new SqliteJournalOptions { Directory = data.FullName },
            Memory = new MemoryOptions { MaxActiveCustomers = 50_000, MaxActiveIdentifiers = 150_000 },
            Audiences = _ => inForce,
        };
        await using (var grid = await LocalGrid.StartAsync(options, _ => IdentityRules.Default, TimeProvider.System))
        {
            var shoppers = new Shoppers(now);
            var started = Stopwatch.GetTimestamp();
            var events = 0L;
            foreach (var chunk in Enumerable.Range(0, customers).Chunk(500))
            {
                var outcomes = await grid.Grid.IngestAsync(Workspace, [.. chunk.SelectMany(shoppers.Events)]);
                if (outcomes.Any(o => o.Status != EventStatus.Applied)) throw new InvalidOperationException("An event failed.");
                events += outcomes.Length;
            }

            Console.WriteLine($"{customers:N0} customers, {events:N0} events in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
            var set = DefinitionSet.Empty.With("repeat-newsletter", new(Encoding.UTF8.GetBytes(Shoppers.Audience), 1));
            var plan = set.Compile().Plan!;
            await PreviewAsync(report, grid, plan, customers, expected);

            inForce = AudiencesInForce.Of(set, plan);
            using var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            started = Stopwatch.GetTimestamp();
            var fill = new AudienceFill(grid.Journal, grid.Journal, grid.Actors, TimeProvider.System);
            while (!await fill.StepAsync(Workspace, inForce))
            {
            }

            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            process.Refresh();
            var size = (await grid.Journal.SizesAsync(Workspace)).Single().Members;
            if (size != expected) throw new InvalidOperationException($"The fill found {size} members, and there are {expected}.");
            var each = (process.TotalProcessorTime - cpu).TotalMicroseconds / customers;
            report.Add($"fill of a new audience over {customers:N0} customers, {size:N0} members", $"{seconds:0.0} s ({each:0} µs of processor a customer)", "limit 60 s", seconds / 60, "<= 1.00");
        }

        data.Delete(recursive: true);
    }

    private static async Task PreviewAsync(Report report, LocalGrid grid, AudiencePlan plan, int customers, int expected)
    {
        var random = new Random(7);
        var seconds = new List<double>();
        PreviewedAudience? preview = null;
        for (var i = 0; i < 5; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var fromKey = (2UL << 62) | (ulong)random.NextInt64(1L << 62);
            preview = await AudiencePreview.RunAsync(grid.Journal, grid.Journal, Workspace, plan, 0, PreviewLimits.Default, TimeProvider.System, fromKey);
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            var (low, high) = preview.Estimate.Bounds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"preview {i}: {preview.Estimate.Size} ({low} to {high}) of {preview.Estimate.Sampled} sampled in {seconds[^1] * 1000:0} ms; there are {expected}"));
        }

        report.Add(
            $"preview over {customers:N0} customers, {preview!.Estimate.Sampled:N0} sampled", $"{seconds.Max() * 1000:0} ms at most of 5", "limit 1,000 ms", seconds.Max(), "<= 1.00");
    }

    private static async Task WithPostgresAsync(Report report, int customers, int expected, DateTimeOffset now)
    {
        await using var server = await PostgresServer.StartAsync("shared_buffers=1GB", "work_mem=256MB", "max_wal_size=4GB");
        await using var connection = new NpgsqlConnection(await server.CreateDatabaseAsync());
        await connection.OpenAsync();
        await ExecuteAsync(connection, """
            CREATE TABLE customers(id integer, newsletter boolean, phone text);
            CREATE TABLE consents(customer integer, purpose text, channel text, state text, at timestamptz);
            CREATE TABLE events(customer integer, name text, at timestamptz, properties jsonb);
            """);
        await CopyAsync(connection, "customers(id, newsletter, phone)", Enumerable.Range(0, customers), async (rows, i) =>
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(i, NpgsqlDbType.Integer);
            await rows.WriteAsync(Shoppers.TakesNewsletter(i), NpgsqlDbType.Boolean);
            if (Shoppers.HasPhone(i)) await rows.WriteAsync(Shoppers.Phone(i), NpgsqlDbType.Text);
            else await rows.WriteNullAsync();
        });
        await CopyAsync(connection, "consents(customer, purpose, channel, state, at)", Enumerable.Range(0, customers).Where(Shoppers.HasConsented), async (rows, i) =>
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(i, NpgsqlDbType.Integer);
            await rows.WriteAsync("marketing", NpgsqlDbType.Text);
            await rows.WriteAsync("sms", NpgsqlDbType.Text);
            await rows.WriteAsync("granted", NpgsqlDbType.Text);
            await rows.WriteAsync(now.AddDays(-89).UtcDateTime, NpgsqlDbType.TimestampTz);
        });
        var events = Enumerable.Range(0, customers).SelectMany(i => Shoppers.Orders(i).Select((d, n) => (i, Name: "Order Completed", d, Json: $"{{\"total\":{10 + n}}}"))
            .Concat(Shoppers.HasSeen(i) ? [(i, Name: "Product Viewed", 3, Json: "{\"sku\":\"new-boots\",\"price\":129}")] : []));
        await CopyAsync(connection, "events(customer, name, at, properties)", events, async (rows, e) =>
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(e.i, NpgsqlDbType.Integer);
            await rows.WriteAsync(e.Name, NpgsqlDbType.Text);
            await rows.WriteAsync(now.AddDays(-e.Item3).UtcDateTime, NpgsqlDbType.TimestampTz);
            await rows.WriteAsync(e.Json, NpgsqlDbType.Jsonb);
        });
        // With the index the server knows how many have seen it; by its guess it would join them in a loop within a loop.
        await ExecuteAsync(connection, "CREATE INDEX ON events(name, at); CREATE INDEX ON events(customer); CREATE INDEX ON events((properties->>'sku')); CREATE INDEX ON consents(customer); VACUUM ANALYZE");
        const string Question = """
            WITH bought AS (SELECT customer FROM events WHERE name='Order Completed' AND at > now() - interval '30 days' GROUP BY customer HAVING count(*) >= 2),
                 seen AS (SELECT DISTINCT customer FROM events WHERE name='Product Viewed' AND properties->>'sku'='new-boots'),
                 agreed AS (SELECT DISTINCT ON (customer) customer, state FROM consents WHERE purpose='marketing' AND channel='sms' ORDER BY customer, at DESC)
            SELECT count(*) FROM customers c JOIN bought b ON b.customer=c.id JOIN seen s ON s.customer=c.id JOIN agreed a ON a.customer=c.id AND a.state='granted'
            WHERE c.newsletter AND c.phone IS NOT NULL
            """;
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var command = new NpgsqlCommand(Question, connection) { CommandTimeout = 600 };
            var size = (long)(await command.ExecuteScalarAsync())!;
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (size != expected) throw new InvalidOperationException($"SQL found {size} members, and there are {expected}.");
        }

        report.Add(
            $"the same audience as SQL in PostgreSQL over {customers:N0} customers", $"{times.Order().ElementAt(2) * 1000:N0} ms, each time it is asked", "limit 1,000 ms", times.Order().ElementAt(2), "(peer)");
    }

    private static async Task CopyAsync<T>(NpgsqlConnection connection, string table, IEnumerable<T> items, Func<NpgsqlBinaryImporter, T, Task> write)
    {
        await using var rows = await connection.BeginBinaryImportAsync($"COPY {table} FROM STDIN (FORMAT BINARY)");
        foreach (var item in items) await write(rows, item);
        await rows.CompleteAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        foreach (var statement in sql.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync();
        }
    }
}
