using Cdp.Standalone.Tests.Sdk.Support;

namespace Cdp.Standalone.Tests.Sdk;

/// <summary>The server itself says 429 because a key's rate limit is reached.</summary>
[Collection(SdkCollection.Name)]
public sealed class BackPressureTests
{
    [BrowserFact]
    public async Task A_browser_that_the_server_slows_down_still_delivers_every_event_once()
    {
        var config = ServerConfig.Of(
            new Dictionary<string, object>
            {
                ["shop"] = new { WriteKeys = new[] { new { Key = "write", Source = "site" } }, ApiKeys = new[] { new { Key = "read", Scopes = new[] { "read" } } } },
            },
            limits: new { RequestsPerSecondPerKey = 2, BurstPerKey = 2 });
        await using var server = await HostProcess.StartAsync(config);
        using var workspace = new Workspace(server.Address, "write", "read", "site");
        var report = await SdkDriver.RunAsync("segment-next", server.Address, workspace.WriteKey);
        Assert.Contains(report.Console, line => line.Contains("429", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Console, line => line.Contains("CORS", StringComparison.Ordinal));
        await Journey.AssertEverythingOnceAsync(workspace, report);
    }
}
