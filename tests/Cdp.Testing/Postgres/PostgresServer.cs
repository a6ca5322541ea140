using System.Diagnostics;
using System.Globalization;
using Cdp.Testing.Processes;
using Cdp.Testing.Waiting;
using Npgsql;

namespace Cdp.Testing.Postgres;

/// <summary>
/// A PostgreSQL server of its own in a temporary folder, on a free loopback port. It ends with the process that started it, whatever ends that one:
/// a shell beside it waits for the end of its standard input, stops the server and removes the folder.
/// </summary>
/// <remarks>The server does not sync its files (<c>fsync=off</c>): what a killed process wrote is with the kernel, and no test cuts the power.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresServer>> Shared = new(static () => StartAsync());
    private static int lastDatabase;

    private readonly string folder;
    private readonly IReadOnlyList<string> settings;
    private readonly int port = FixedPorts.Next();
    private Process? keeper;

    private PostgresServer(string folder, IReadOnlyList<string> settings) => (this.folder, this.settings) = (folder, settings);

    private string DataFolder => Path.Combine(folder, "data");

    private string PidFile => Path.Combine(DataFolder, "postmaster.pid");

    /// <summary>One server for all tests of the assembly that do not harm it.</summary>
    /// <returns>The running server.</returns>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>Starts a new, empty server.</summary>
    /// <param name="settings">Settings as <c>name=value</c>, over the fixture's own.</param>
    /// <returns>The running server.</returns>
    public static Task<PostgresServer> StartAsync(params string[] settings) =>
        StartAsync("initdb", static data => ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], settings);

    /// <summary>Starts a standby that follows this server.</summary>
    /// <returns>The running standby; <c>SELECT pg_promote()</c> makes it a primary.</returns>
    public Task<PostgresServer> StartStandbyAsync() => StartAsync(
        "pg_basebackup",
        data => ["-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-D", data, "-R", "-c", "fast", "--no-sync"],
        [.. settings]);

    private static async Task<PostgresServer> StartAsync(string program, Func<string, string[]> arguments, string[] settings)
    {
        var server = new PostgresServer(Directory.CreateTempSubdirectory("cdp-postgres-").FullName, settings);
        if (IsRoot) await RunAsync("chown", "postgres", server.folder);
        await RunAsync("sh", ["-c", AsUser + "\"$0\" \"$@\"", Path.Combine(PostgresBinaries.Folder!, program), .. arguments(server.DataFolder)]);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>How to connect as superuser.</summary>
    /// <param name="database">The database.</param>
    /// <returns>A connection string.</returns>
    public string ConnectionString(string database = "postgres") =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};SSL Mode=Disable");

    /// <summary>Makes an empty database with a name of its own.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"cdp_{Interlocked.Increment(ref lastDatabase)}");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Drops a database and ends whoever uses it.</summary>
    /// <param name="connectionString">As <see cref="CreateDatabaseAsync"/> answered it.</param>
    /// <returns>A task that ends when it is gone.</returns>
    public Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>Runs a statement as superuser, outside a transaction and on a connection of its own.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="connectionString">The database, null for <c>postgres</c>.</param>
    /// <returns>The first value of its answer.</returns>
    public async Task<object?> ExecuteAsync(string sql, string? connectionString = null)
    {
        await using var connection = new NpgsqlConnection((connectionString ?? ConnectionString()) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>kill -9 of every process of the server, as a power cut of the machine would end them.</summary>
    /// <returns>A task that ends when all are gone.</returns>
    public async Task KillAsync()
    {
        // Read before the first is gone: the others lose their parent with it.
        var all = Processes();
        foreach (var id in all) Kill(id);
        await Eventually.TrueAsync("the server's processes are gone", StartTimeout, () => all.All(static id => !IsRunning(id)));
        await EndKeeperAsync();
    }

    /// <summary>An orderly, quick stop: sessions are ended.</summary>
    /// <returns>A task that ends when it has stopped.</returns>
    public Task StopAsync() => EndKeeperAsync();

    /// <summary>Starts the stopped or killed server again, on the same port.</summary>
    /// <returns>A task that ends when it takes connections.</returns>
    public async Task StartAgainAsync()
    {
        File.Delete(PidFile);
        var postgres = Path.Combine(PostgresBinaries.Folder!, "postgres");
        string[] all =
        [
            "listen_addresses=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"port={port}"), "unix_socket_directories=", "fsync=off",
            "max_connections=200", "log_destination=stderr", "logging_collector=off", .. settings,
        ];
        const string script = AsUser + """
            "$@" </dev/null >>"$0/log" 2>&1 & server=$!
            read -r order || order=remove
            kill -INT $server 2>/dev/null; wait $server
            if [ $order = remove ]; then rm -rf "$0"; fi
            """;
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", script, folder, postgres, "-D", DataFolder, .. all.SelectMany(static s => new[] { "-c", s })])
            start.ArgumentList.Add(argument);
        keeper = Process.Start(start)!;
        await Eventually.TrueAsync("the server takes connections", StartTimeout, IsReadyAsync);
    }

    /// <summary>Lets superusers in from other machines than this one; where it listens is a setting.</summary>
    /// <param name="network">Their addresses, such as <c>10.1.2.0/24</c>.</param>
    /// <returns>A task that ends when they are let in.</returns>
    public async Task AllowAsync(string network)
    {
        await File.AppendAllTextAsync(Path.Combine(DataFolder, "pg_hba.conf"), $"host all all {network} trust\n");
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    /// <summary>What the server has logged.</summary>
    /// <returns>The whole log.</returns>
    public Task<string> LogAsync() => File.ReadAllTextAsync(Path.Combine(folder, "log"));

    /// <summary>Stops it and removes its folder.</summary>
    /// <returns>A task that ends when both are gone.</returns>
    public async ValueTask DisposeAsync()
    {
        await EndKeeperAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (keeper!.HasExited) throw new InvalidOperationException("PostgreSQL did not start: " + await LogAsync());
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>The processor time that all its processes have used, those that have ended included.</summary>
    /// <returns>User and system time.</returns>
    public TimeSpan ProcessorTime()
    {
        const double ticksPerSecond = 100;
        // Fields 14 and 15, and for children that were waited for 16 and 17, of proc(5); the second field may hold spaces.
        return TimeSpan.FromSeconds(Processes().Sum(static id =>
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(static f => long.Parse(f, CultureInfo.InvariantCulture));
        }) / ticksPerSecond);
    }

    private int[] Processes()
    {
        var postmaster = ProcessId();
        var children = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{postmaster}/task/{postmaster}/children"));
        return [postmaster, .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static c => int.Parse(c, CultureInfo.InvariantCulture))];
    }

    private int ProcessId() => int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture);

    private async Task EndKeeperAsync()
    {
        if (keeper is null) return;
        await keeper.StandardInput.WriteLineAsync("stop");
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
        keeper = null;
    }

    private static bool IsRoot => Environment.UserName == "root";

    // PostgreSQL refuses to run as root.
    private const string AsUser = """
        if [ "$(id -u)" = 0 ]; then as='setpriv --reuid=postgres --regid=postgres --clear-groups'; else as=; fi
        cd /; $as
        """ + " ";

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has gone by itself.
        }
    }

    // A killed process stays in the table until its parent asks for it.
    private static bool IsRunning(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors}");
    }
}
