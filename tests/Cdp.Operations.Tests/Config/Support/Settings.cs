using Cdp.Api.Settings;
using Microsoft.Extensions.Configuration;

namespace Cdp.Operations.Tests.Config.Support;

/// <summary>Settings as a silo would read them.</summary>
internal static class Settings
{
    /// <summary>Reads <c>silo.json</c> with variables of the environment over it.</summary>
    /// <exception cref="SettingsException">Something is wrong, or there is no such setting.</exception>
    public static CdpSettings Read(Dictionary<object, object> environment)
    {
        using var file = File.OpenRead(Path.Combine(Yaml.Folder, "silo.json"));
        return SettingsReader.Read(new ConfigurationBuilder()
            .AddJsonStream(file)
            .AddInMemoryCollection(environment
                .Where(v => ((string)v.Key).StartsWith("Cdp__", StringComparison.Ordinal))
                .ToDictionary(v => ((string)v.Key).Replace("__", ":", StringComparison.Ordinal), v => (string?)v.Value))
            .Build());
    }
}
