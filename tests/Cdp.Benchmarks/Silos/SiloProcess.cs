using System.Globalization;
using Cdp.Api.Settings;
using Cdp.Testing.Processes;

namespace Cdp.Benchmarks.Silos;

/// <summary>Starts silos in processes of their own.</summary>
internal static class SiloProcess
{
    /// <summary>Starts one that joins the cluster of a database, and waits until it has.</summary>
    public static Task<KeptServer> StartAsync(string postgres) => StartAsync((port, _) =>
    [
        "--mode", "cluster", "--cluster-id", "bench", "--postgres", postgres, "--advertise", "127.0.0.1", "--urls", Url(port),
        "--silo-port", Text(FixedPorts.Next()), "--gateway-port", Text(FixedPorts.Next()),
    ]);

    /// <summary>Starts one alone, over a SQLite file, that lets clients of Cdp.Client in.</summary>
    public static Task<KeptServer> StartAloneAsync(int gatewayPort) => StartAsync((port, folder) =>
    [
        "--urls", Url(port), "--data", Path.Combine(folder, "data"), "--silo-port", Text(FixedPorts.Next()), "--gateway-port", Text(gatewayPort),
        "--cluster-id", SettingsDefaults.ClusterId,
    ]);

    private static Task<KeptServer> StartAsync(Func<int, string, IEnumerable<string>> arguments) =>
        KeptServer.StartAsync("silo", "dotnet", (port, folder) => [typeof(Silo.SiloOptions).Assembly.Location, .. arguments(port, folder)]);

    private static string Url(int port) => $"http://127.0.0.1:{Text(port)}";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
