using System.Net;

namespace Cdp.Client;

/// <summary>How a process outside of the silos finds them.</summary>
public sealed class CdpClientOptions
{
    /// <summary>The cluster's id, as the silos have it.</summary>
    /// <value>Default <c>cdp</c>.</value>
    public string ClusterId { get; set; } = "cdp";

    /// <summary>Gateways of silos; a few are enough, they name the others.</summary>
    /// <value>Default 127.0.0.1:30000.</value>
    public IList<IPEndPoint> Gateways { get; } = [];

    /// <summary>How long a call waits for its answer.</summary>
    /// <value>Default 10 seconds; at least 1 second.</value>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
