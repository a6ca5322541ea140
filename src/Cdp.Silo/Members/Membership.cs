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

    // Others take a silo for dead after three probes that fail; with the time that answers usually take, probes adapt between these bounds. A silo that
    // is gone, so that nobody listens on its port, is found dead after 4.5 s at the earliest. One that stands still is given 3 x 3 s since its last
    // message of whatever kind, because Orleans counts every message as a sign of life for the number of probes times the longest of them.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MinProbeTimeout = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan MaxProbeTimeout = ProbeTimeout;
    private const int MissedProbes = 3;

    // Who is a member is told by gossip, and read this often in case that it was missed.
    private static readonly TimeSpan TableRefresh = TimeSpan.FromSeconds(10);

    /// <summary>For how long a silo goes on as a member after it was told that it is one: shorter than others need to declare it dead.</summary>
    public static readonly TimeSpan StandingIsGoodFor = TimeSpan.FromSeconds(4);

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
            (o.ProbeTimeout, o.MinProbeTimeout, o.MaxProbeTimeout) = (ProbeTimeout, MinProbeTimeout, MaxProbeTimeout);
            o.NumMissedProbesLimit = MissedProbes;
            o.TableRefreshTimeout = TableRefresh;
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
