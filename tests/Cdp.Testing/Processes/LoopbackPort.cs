using System.Net;
using System.Net.Sockets;

namespace Cdp.Testing.Processes;

/// <summary>Asks after servers of our own.</summary>
public static class LoopbackPort
{
    /// <summary>Whether somebody takes connections on a port of 127.0.0.1.</summary>
    /// <param name="port">The port.</param>
    /// <returns>True when one was made.</returns>
    public static async Task<bool> IsOpenAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
