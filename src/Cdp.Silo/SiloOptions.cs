using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cdp.Api.Settings;
using Cdp.Hosting;
using Cdp.Client;

namespace Cdp.Silo;

/// <summary>What a silo is to be, out of settings and command line, checked.</summary>
/// <param name="Mode">How silos find each other.</param>
/// <param name="Postgres">The connection string of PostgreSQL; null for a SQLite file.</param>
/// <param name="SiloPort">The port for other silos.</param>
/// <param name="GatewayPort">The port for clients of <c>Cdp.Client</c>; 0 for none.</param>
/// <param name="Advertise">The address that others reach this silo by.</param>
/// <param name="ClusterId">The cluster's id.</param>
internal sealed record SiloOptions(SiloMode Mode, string? Postgres, int SiloPort, int GatewayPort, IPAddress Advertise, string ClusterId)
{
    private const int DefaultSiloPort = 11_111;

    /// <summary>The command line's own options.</summary>
    public static readonly CommandOption[] CommandOptions =
    [
        new("--mode", "MODE", "localhost: one silo (default); cluster: many silos over one PostgreSQL"),
        new("--postgres", "CONNECTION", "keep the data in PostgreSQL, such as \"Host=db;Database=cdp;Username=cdp\""),
        new("--silo-port", "PORT", "where other silos connect (default 11111 in a cluster, any free one else)"),
        new("--gateway-port", "PORT", "where clients of Cdp.Client connect; 0 for nowhere (default 30000 in a cluster, 0 else)"),
        new("--advertise", "ADDRESS", "the address that other silos and clients reach this one by (default: this machine's)"),
        new("--cluster-id", "NAME", "silos of one name form one cluster (default cdp)"),
    ];

    /// <summary>Reads them.</summary>
    /// <param name="line">The command line, which wins.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The options.</returns>
    /// <exception cref="SettingsException">Something is wrong or missing.</exception>
    public static SiloOptions Read(CommandLine line, SiloSettings settings)
    {
        var mode = settings.Mode;
        if (line.Value("--mode") is { } text && !Enum.TryParse(text, ignoreCase: true, out mode)) throw new SettingsException(["--mode is localhost or cluster."]);
        var postgres = line.Value("--postgres") ?? settings.Postgres;
        var clusterId = line.Value("--cluster-id") ?? settings.ClusterId;
        if (mode == SiloMode.Cluster && postgres is null) throw new SettingsException(["A cluster needs PostgreSQL: --postgres CONNECTION or Cdp:Postgres."]);
        var siloPort = Port(line, "--silo-port", 1) ?? settings.SiloPort;
        var gatewayPort = Port(line, "--gateway-port", 0) ?? settings.GatewayPort;
        return mode == SiloMode.Cluster
            ? new(
                mode,
                postgres,
                siloPort ?? DefaultSiloPort,
                gatewayPort ?? CdpClientServices.DefaultGatewayPort,
                Address(line.Value("--advertise") ?? settings.Advertise ?? Dns.GetHostName()),
                clusterId)
            : new(mode, postgres, siloPort ?? FreePort(), gatewayPort ?? 0, IPAddress.Loopback, clusterId);
    }

    private static int? Port(CommandLine line, string name, int min)
    {
        if (line.Value(name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port >= min && port <= ushort.MaxValue
            ? port
            : throw new SettingsException([$"{name} is a port from {min} to {ushort.MaxValue}."]);
    }

    private static IPAddress Address(string text)
    {
        if (IPAddress.TryParse(text, out var address)) return address;
        try
        {
            return Dns.GetHostAddresses(text, AddressFamily.InterNetwork).FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException)
        {
            throw new SettingsException([$"{text} is no address of this machine. See --advertise."]);
        }
    }

    /// <summary>A port for the one silo, which nobody else has to know.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
