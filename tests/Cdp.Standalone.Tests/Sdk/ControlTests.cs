using Cdp.Standalone.Tests.Sdk.Support;

namespace Cdp.Standalone.Tests.Sdk;

/// <summary>The drivers' watch is not blind: what does call home is seen.</summary>
[Collection(SdkCollection.Name)]
public sealed class ControlTests(SdkServer server)
{
    [NodeFact]
    public Task A_back_end_that_calls_home_is_noticed() => AssertNoticedAsync("calls-home-node", "fetch.example", "http.example");

    [BrowserFact]
    public Task A_page_that_calls_home_is_noticed() => AssertNoticedAsync("calls-home-browser", "fetch.example", "beacon.example");

    private async Task AssertNoticedAsync(string driver, params string[] hosts)
    {
        var workspace = await server.NewWorkspaceAsync();
        var (exitCode, report, text) = await SdkDriver.TryRunAsync(driver, workspace.Server, workspace.WriteKey);
        Assert.True(exitCode != 0, text);
        Assert.Empty(report!.Errors);
        Assert.All(hosts, host => Assert.Contains(report.CalledHome, call => call.Contains(host, StringComparison.Ordinal)));
    }
}
