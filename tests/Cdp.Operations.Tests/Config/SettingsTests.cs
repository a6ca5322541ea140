using Cdp.Api.Settings;
using Cdp.Operations.Tests.Config.Support;
using Microsoft.Extensions.Configuration;

namespace Cdp.Operations.Tests.Config;

public sealed class SettingsTests
{
    [Fact]
    public void The_example_shows_the_defaults()
    {
        var shown = Settings.Read([]);
        var defaults = SettingsReader.Read(new ConfigurationBuilder().Build());

        Assert.Equal((defaults.Limits, defaults.Memory, defaults.ShutdownTimeout), (shown.Limits, shown.Memory, shown.ShutdownTimeout));
        Assert.Equal(defaults.Silo with { Mode = SiloMode.Cluster, SiloPort = shown.Silo.SiloPort, GatewayPort = shown.Silo.GatewayPort }, shown.Silo);
    }

    [Fact]
    public void The_example_names_every_setting()
    {
        // What the reader knows is what it complains with.
        var unknown = new Dictionary<string, string?>
        {
            ["Cdp:x"] = "1", ["Cdp:Silo:x"] = "1", ["Cdp:Limits:x"] = "1", ["Cdp:Memory:x"] = "1", ["Cdp:Webhooks:x"] = "1", ["Cdp:Workspaces:shop:x"] = "1",
        };
        var error = Assert.Throws<SettingsException>(() => SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(unknown).Build()));
        var text = File.ReadAllText(Path.Combine(Yaml.Folder, "silo.json"));
        var names = error.Problems.SelectMany(p => p.Split("Known here: ")[1].TrimEnd('.').Split(", ")).ToList();

        Assert.True(names.Count > 20, $"Only {names.Count} settings were found.");
        // A folder of a script that is served to browsers has nothing to do with silos.
        Assert.All(names.Except(["AnalyticsJs"]), name => Assert.Contains($"\"{name}\":", text, StringComparison.Ordinal));
    }
}
