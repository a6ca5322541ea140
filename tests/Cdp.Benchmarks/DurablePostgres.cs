using Cdp.Testing.Postgres;

namespace Cdp.Benchmarks;

/// <summary>A PostgreSQL as one would run it: commits wait for the disk.</summary>
internal static class DurablePostgres
{
    /// <summary>Starts it.</summary>
    /// <exception cref="InvalidOperationException">It does not wait for the disk.</exception>
    public static async Task<PostgresServer> StartAsync()
    {
        var postgres = await PostgresServer.StartAsync("fsync=on", "synchronous_commit=on", "shared_buffers=512MB", "max_wal_size=4GB");
        return await postgres.ExecuteAsync("SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')") is "on on"
            ? postgres
            : throw new InvalidOperationException("PostgreSQL does not wait for the disk: nothing that is measured would be comparable.");
    }
}
