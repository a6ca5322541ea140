using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cdp.Operations.Tests.Telemetry.Support;

internal static class Ports
{
    /// <summary>A loopback port that nobody listens on.</summary>
    public static string Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
    }
}
