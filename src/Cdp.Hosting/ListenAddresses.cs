using System.Net;
using Cdp.Api.Settings;
using Microsoft.AspNetCore.Http;

namespace Cdp.Hosting;

/// <summary>Where the server listens, checked before anything is bound.</summary>
/// <param name="Urls">The addresses.</param>
/// <param name="LoopbackOnly">True when nobody outside this machine reaches any of them.</param>
internal sealed record ListenAddresses(IReadOnlyList<string> Urls, bool LoopbackOnly)
{
    /// <summary>Reads addresses.</summary>
    /// <param name="urls">Separated by semicolons.</param>
    /// <param name="settings">The settings: without keys only loopback is allowed.</param>
    /// <returns>The addresses.</returns>
    /// <exception cref="SettingsException">An address is wrong or not allowed.</exception>
    public static ListenAddresses Parse(string urls, CdpSettings settings)
    {
        var list = urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (list.Length == 0) throw new SettingsException(["No address to listen on. See --urls."]);
        var loopbackOnly = true;
        foreach (var url in list)
        {
            var loopback = IsLoopback(url);
            loopbackOnly &= loopback;
            if (settings.DevelopmentKeys && !loopback)
            {
                throw new SettingsException(
                [
                    $"No key is configured, so the server listens on loopback addresses only, and {url} is none. " +
                    "Configure keys under Cdp:Workspaces (--config FILE) or listen on http://127.0.0.1:8080.",
                ]);
            }
        }

        return new ListenAddresses(list, loopbackOnly);
    }

    private static bool IsLoopback(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new SettingsException([$"{url} is no address to listen on, such as http://127.0.0.1:8080."]);
        }

        if (!string.Equals(address.Scheme, "http", StringComparison.OrdinalIgnoreCase) || address.PathBase.Length > 0)
        {
            throw new SettingsException([$"{url} is no address to listen on: plain http without a path. End TLS in front of the server."]);
        }

        if (address.IsUnixPipe || string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
    }
}
