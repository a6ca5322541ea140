using System.Net;
using System.Net.Sockets;

namespace Cdp.Testing.Processes;

/// <summary>
/// Loopback ports for servers of our own: below those that the system hands out to connections, or somebody's connection could have the port while
/// its server is not up.
/// </summary>
public static class FixedPorts
{
    private const int First = 20_000;
    private const int End = 32_000;

    private static readonly Lock s_gate = new();
    private static int s_next = Random.Shared.Next(First, End);

    /// <summary>One that nobody listens on, and that this process has not asked for lately.</summary>
    /// <returns>The port.</returns>
    public static int Next()
    {
        lock (s_gate)
        {
            while (true)
            {
                if (++s_next >= End) s_next = First;
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Bind(new IPEndPoint(IPAddress.Any, s_next));
                    return s_next;
                }
                catch (SocketException)
                {
                    // It is somebody's.
                }
            }
        }
    }
}
