using System.Net;
using System.Net.Sockets;

namespace Cdp.Core.Webhooks;

/// <summary>
/// Which addresses webhooks may be sent to: public ones, and those that the server's operator listed. Not public is all that the IANA registries of
/// special-purpose addresses do not mark as globally reachable, multicast, and IPv6 beyond 2000::/3.
/// </summary>
/// <param name="allowed">Networks that are not public and may be reached all the same; empty for none.</param>
public sealed class AddressRules(IReadOnlyList<IPNetwork> allowed)
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Teredo and other protocol assignments, documentation, and 6to4, which leads to any IPv4 address.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(static n => IPNetwork.Parse(n)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether any address that is not public may be reached.</summary>
    public bool AllowsAny => allowed.Count > 0;

    /// <summary>Whether an address is public. One that leads to an IPv4 address (mapped, or by NAT64) is what that one is.</summary>
    /// <param name="address">The address.</param>
    /// <returns>True when it is.</returns>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(plain)) return false;
        return !NotPublic.Any(n => n.Contains(plain));
    }

    /// <summary>Whether an endpoint may be reached at an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="allowPrivate">Whether the endpoint's definition asks for addresses that are not public.</param>
    /// <param name="isSecure">Whether it is reached by TLS: what goes to public addresses always is.</param>
    /// <returns>True when it may.</returns>
    public bool MayReach(IPAddress address, bool allowPrivate, bool isSecure) =>
        IsPublic(address) ? isSecure : allowPrivate && allowed.Any(n => n.Contains(Plain(address)));

    private static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : address;
    }
}
