using System.Reflection;
using Cdp.Grains;
using Npgsql;
using Orleans.Configuration;

namespace Cdp.Silo.Members;

/// <summary>A cluster whose members are kept in PostgreSQL.</summary>
internal static class Membership
{
    // "CDPM". apply.sql, which makes the same tables, does no harm at the same time: the script is one transaction and may be run again.
    private const string Lock = "SELECT pg_advisory_xact_lock(1128550477)";

    // Others take a silo for dead after three unanswered probes: at the earliest 6 s after it last answered, and SiloStanding doubts itself before that.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(3);
    private const int MissedProbes = 3;

    /// <summary>Makes the tables where they are missing and may be made.</summary>
    /// <param name="connectionString">PostgreSQL.</param>
    public static async Task PrepareAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync();
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Cdp.Silo.membership.sql")!);
        var script = await reader.ReadToEndAsync();
        try
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await RunAsync(connection, Lock);
            await RunAsync(connection, script);
            await transaction.CommitAsync();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // An operator has applied the scripts; the silo may only use the tables. Where they are missing, joining says so.
        }
    }

    /// <summary>Has the silo join the cluster.</summary>
    /// <param name="orleans">The silo.</param>
    /// <param name="silo">What it is to be.</param>
    public static void JoinCluster(this ISiloBuilder orleans, SiloOptions silo)
    {
        orleans.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", silo.Postgres));
        orleans.Configure<EndpointOptions>(o =>
        {
            (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (silo.Advertise, silo.SiloPort, silo.GatewayPort);
        });
        orleans.Configure<ClusterMembershipOptions>(o =>
        {
            o.ProbeTimeout = ProbeTimeout;
            o.NumMissedProbesLimit = MissedProbes;
            // Rows of the dead are kept for a look at what happened, and not for ever.
            o.DefunctSiloExpiration = TimeSpan.FromDays(1);
            o.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
        });
        orleans.Services.AddSingleton<SiloStanding>();
        orleans.Services.AddSingleton<ISiloStanding>(s => s.GetRequiredService<SiloStanding>());
        orleans.Services.AddHostedService(s => s.GetRequiredService<SiloStanding>());
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
