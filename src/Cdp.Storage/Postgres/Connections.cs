using System.Globalization;
using Npgsql;

namespace Cdp.Storage.Postgres;

/// <summary>How the journal connects: one pool for writing and one for reading, with the settings that its promises rest on.</summary>
internal static class Connections
{
    public static NpgsqlDataSource Writing(PostgresJournalOptions options)
    {
        // One more than the groups for each of: snapshots, rare work, claims, the vacuum behind erasures, the operator's vacuum.
        var builder = Builder(options, "writer", options.WriteConnections + 5);
        // Whoever holds rows locked and falls silent, be it a process that was stopped or a network that was cut, must not hold others up for long.
        AddOptions(builder.ConnectionStringBuilder, string.Create(CultureInfo.InvariantCulture, $"""
            -c lock_timeout={(int)options.StatementTimeout.TotalMilliseconds}
            -c idle_in_transaction_session_timeout={(int)options.StatementTimeout.TotalMilliseconds / 3}
            -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3
            """));
        // An answer stands for what is on the disk, also where the server's default is to answer first.
        builder.UsePhysicalConnectionInitializer(
            static _ => throw new NotSupportedException(),
            static async connection =>
            {
                await using var command = new NpgsqlCommand(
                    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit')='off'", connection);
                await command.ExecuteNonQueryAsync();
            });
        return builder.Build();
    }

    public static NpgsqlDataSource Reading(PostgresJournalOptions options) => Builder(options, "reader", options.ReadConnections).Build();

    private static NpgsqlDataSourceBuilder Builder(PostgresJournalOptions options, string role, int connections)
    {
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        var settings = builder.ConnectionStringBuilder;
        settings.Pooling = true;
        settings.MinPoolSize = 0;
        settings.MaxPoolSize = connections;
        settings.ApplicationName ??= "cdp journal " + role;
        // What the server says of a value names the value.
        settings.IncludeErrorDetail = false;
        settings.Enlist = false;
        settings.Multiplexing = false;
        settings.CommandTimeout = (int)Math.Ceiling(options.StatementTimeout.TotalSeconds);
        settings.Timeout = settings.CommandTimeout;
        settings.MaxAutoPrepare = 64;
        settings.AutoPrepareMinUsages = 2;
        if (settings.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            settings.TargetSessionAttributes ??= "primary";
            // Or the driver passes a new primary by for as long as it remembers a standby there, which is longer than work is tried again.
            settings.HostRecheckSeconds = 1;
        }
        // Every statement finds its rows by key. Statistics of tables that were empty a moment ago must not say otherwise.
        AddOptions(settings, "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c max_parallel_workers_per_gather=0");
        return builder;
    }

    private static void AddOptions(NpgsqlConnectionStringBuilder settings, string options) =>
        settings.Options = string.Join(' ', settings.Options, options.ReplaceLineEndings(" ")).Trim();
}
