using System.Diagnostics;
using Cdp.Testing.Waiting;

namespace Cdp.Testing.Processes;

/// <summary>
/// A server program on a loopback port, with a temporary folder of its own. It ends with the process that started it, whatever ends that one: a shell
/// beside it waits for the end of its standard input, stops the server (SIGTERM) and removes the folder.
/// </summary>
public sealed class KeptServer : IAsyncDisposable
{
    private const string Script = """
        "$@" </dev/null >"$0/log" 2>&1 & server=$!
        read -r order
        kill -TERM $server 2>/dev/null; wait $server
        rm -rf "$0"
        """;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly Process keeper;
    private readonly string log;

    private KeptServer(Process keeper, int port, string log) => (this.keeper, Port, this.log) = (keeper, port, log);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <param name="name">What it is; names the folder.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments, made from its port and its existing, empty folder.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it said.</exception>
    public static async Task<KeptServer> StartAsync(string name, string program, Func<int, string, IEnumerable<string>> arguments)
    {
        var folder = Directory.CreateTempSubdirectory($"cdp-{name}-").FullName;
        var port = FixedPorts.Next();
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", Script, folder, program, .. arguments(port, folder)]) start.ArgumentList.Add(argument);
        var server = new KeptServer(Process.Start(start)!, port, Path.Combine(folder, "log"));
        try
        {
            await Eventually.TrueAsync($"{name} takes connections", StartTimeout, () => LoopbackPort.IsOpenAsync(port));
            return server;
        }
        catch (TimeoutException e)
        {
            var said = await server.LogAsync();
            await server.DisposeAsync();
            throw new InvalidOperationException($"{name} did not start: {said}", e);
        }
    }

    /// <summary>What it has written to its standard output and error.</summary>
    /// <returns>All of it.</returns>
    public async Task<string> LogAsync() => File.Exists(log) ? await File.ReadAllTextAsync(log) : "";

    /// <summary>Stops it and removes its folder.</summary>
    /// <returns>A task that ends when both are gone.</returns>
    public async ValueTask DisposeAsync()
    {
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }
}
