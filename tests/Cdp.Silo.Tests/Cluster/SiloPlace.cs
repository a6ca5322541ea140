using System.Globalization;

namespace Cdp.Silo.Tests.Cluster;

/// <summary>Where a silo lives: the same over all its lives, as a service's place on a machine is.</summary>
/// <param name="Host">Its address.</param>
/// <param name="HttpPort">For HTTP.</param>
/// <param name="SiloPort">For other silos.</param>
/// <param name="GatewayPort">For clients of Cdp.Client.</param>
/// <param name="Wrapper">What starts it there; null for nothing.</param>
internal sealed record SiloPlace(string Host, int HttpPort, int SiloPort, int GatewayPort, IReadOnlyList<string>? Wrapper = null)
{
    /// <summary>One on loopback that is free.</summary>
    public static SiloPlace OnLoopback() => new("127.0.0.1", FixedPorts.Next(), FixedPorts.Next(), FixedPorts.Next());

    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://{Host}:{HttpPort}"));
}
