using System.Diagnostics;
using System.Globalization;
using System.Net;
using Cdp.Benchmarks.Peers.Resp;
using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Index;
using Cdp.Testing.Postgres;
using Cdp.Testing.Redis;
using Npgsql;

namespace Cdp.Benchmarks.Geofences;

/// <summary>
/// Which of 23,000 circles of 5 km a position lies in, asked by one caller after the other: our index in the process; PostGIS over a socket, <c>ST_Contains</c> with a
/// GiST index over circles of 128 corners; Redis over a socket, <c>GEOSEARCH</c> for centres within 5 km, and the <c>HGETALL</c> of a profile that has to follow.
/// Peers know no state, so this is only the look-up of what <see cref="GeofenceCost"/> measures whole.
/// </summary>
internal static class GeofencePeers
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);
    private static readonly GeneratedFences Generated = new(23_000, "5 km circle");

    public static async Task RunAsync(Report report)
    {
        var index = FenceIndex.Empty.Change(Generated.All(), []);
        Ours(index);
        var ours = Ours(index);
        Row(report, "PostGIS ST_Contains, GiST", ours, PostgresBinaries.Missing is null ? await PostgisAsync() : null);
        Row(report, "Redis GEOSEARCH and HGETALL", ours, RedisServer.Missing is null ? await RedisAsync() : null);
    }

    private static void Row(Report report, string peer, (double Micros, double Found) ours, (double Micros, double Found)? theirs)
    {
        if (theirs is { } other)
        {
            report.Add(
                "geofences: look-up among 23,000 circles of 5 km, one caller",
                $"{Report.N(ours.Micros)} µs in the process, {Report.N(ours.Found)} found",
                $"{peer}: {Report.N(other.Micros)} µs over a socket, {Report.N(other.Found)} found",
                other.Micros / ours.Micros,
                ">= 10");
        }
        else
        {
            Console.WriteLine($"geofence-peers: {peer} left out; apt-get install postgresql postgresql-15-postgis-3 redis-server");
        }
    }

    private static (double Micros, double Found) Ours(FenceIndex index)
    {
        List<Fence> found = [];
        return Measure(position =>
        {
            found.Clear();
            index.FindContaining(position, found);
            return ValueTask.FromResult(found.Count);
        }).AsTask().GetAwaiter().GetResult();
    }

    private static async Task<(double Micros, double Found)?> PostgisAsync()
    {
        await using var server = await PostgresServer.StartAsync("shared_buffers=256MB", "jit=off");
        await using var connection = new NpgsqlConnection(server.ConnectionString());
        await connection.OpenAsync();
        try
        {
            await ExecuteAsync(connection, "CREATE EXTENSION postgis");
        }
        catch (PostgresException)
        {
            // The server has no PostGIS.
            return null;
        }

        await ExecuteAsync(connection, "CREATE TABLE centers(id text, lon float8, lat float8)");
        await using (var copy = await connection.BeginBinaryImportAsync("COPY centers FROM STDIN (FORMAT BINARY)"))
        {
            var random = Random();
            foreach (var fence in Generated.All())
            {
                var center = Generated.Position(random);
                await copy.StartRowAsync();
                await copy.WriteAsync(fence.Id);
                await copy.WriteAsync(center.Longitude);
                await copy.WriteAsync(center.Latitude);
            }

            await copy.CompleteAsync();
        }

        await ExecuteAsync(connection, "CREATE TABLE fences AS SELECT id, ST_Buffer(ST_MakePoint(lon, lat)::geography, 5000, 32)::geometry AS area FROM centers");
        await ExecuteAsync(connection, "CREATE INDEX ON fences USING gist(area)");
        await ExecuteAsync(connection, "ANALYZE fences");
        await using var command = new NpgsqlCommand("SELECT id FROM fences WHERE ST_Contains(area, ST_SetSRID(ST_MakePoint($1, $2), 4326))", connection);
        var (lon, lat) = (new NpgsqlParameter<double>(), new NpgsqlParameter<double>());
        command.Parameters.Add(lon);
        command.Parameters.Add(lat);
        await command.PrepareAsync();
        return await Measure(async position =>
        {
            (lon.TypedValue, lat.TypedValue) = (position.Longitude, position.Latitude);
            var count = 0;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) count++;
            return count;
        });
    }

    private static async Task<(double Micros, double Found)?> RedisAsync()
    {
        await using var redis = await RedisServer.StartAsync();
        using var client = new RespClient(new IPEndPoint(IPAddress.Loopback, redis.Port));
        await client.ConnectAsync();
        var random = Random();
        for (var i = 0; i < Generated.Count; i++)
        {
            var center = Generated.Position(random);
            (await client.SendAsync(RespRequest.OfThread().Command(5).Part("GEOADD"u8).Part("fences"u8).Part(Text(center.Longitude)).Part(Text(center.Latitude)).Part($"f{i}"))).Dispose();
        }

        var profile = RespRequest.OfThread().Command(22).Part("HSET"u8).Part("profile"u8);
        for (var i = 0; i < 10; i++) profile = profile.Part($"trait{i}").Part("some value of a trait");
        (await client.SendAsync(profile)).Dispose();
        return await Measure(async position =>
        {
            var count = 0;
            using (var reply = await client.SendAsync(RespRequest.OfThread().Command(8).Part("GEOSEARCH"u8).Part("fences"u8)
                .Part("FROMLONLAT"u8).Part(Text(position.Longitude)).Part(Text(position.Latitude)).Part("BYRADIUS"u8).Part("5"u8).Part("km"u8)))
            {
                count = reply.Read().ReadArray();
            }

            (await client.SendAsync(RespRequest.OfThread().Command(2).Part("HGETALL"u8).Part("profile"u8))).Dispose();
            return count;
        });
    }

    private static async ValueTask<(double Micros, double Found)> Measure(Func<Position, ValueTask<int>> find)
    {
        var random = new Random(1);
        var (asked, found) = (0, 0L);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Length)
        {
            for (var i = 0; i < 64; i++, asked++) found += await find(Generated.Position(random));
        }

        return (Stopwatch.GetElapsedTime(started).TotalMicroseconds / asked, found / (double)asked);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }

    // The centres of the fences themselves.
    private static Random Random() => new(GeneratedFences.Seed);

    private static string Text(double degrees) => degrees.ToString("0.#######", CultureInfo.InvariantCulture);
}
