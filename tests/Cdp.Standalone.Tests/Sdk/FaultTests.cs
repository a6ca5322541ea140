using Cdp.Standalone.Tests.Sdk.Support;

namespace Cdp.Standalone.Tests.Sdk;

/// <summary>The first request with events goes wrong, the SDK sends it again, and every event is there exactly once.</summary>
[Collection(SdkCollection.Name)]
public sealed class FaultTests(SdkServer server)
{
    public static TheoryData<string, Fault> Node => EachWithEachFault("segment-node", "segment-node-legacy", "rudder-node");

    public static TheoryData<string, Fault> Browser => EachWithEachFault("segment-next", "segment-next --batching", "rudder-js");

    [NodeTheory, MemberData(nameof(Node))]
    public Task A_back_end_sends_again_and_every_event_is_there_once(string driver, Fault fault) => AssertRepeatedAsync(driver, fault);

    [BrowserTheory, MemberData(nameof(Browser))]
    public Task A_browser_sends_again_and_every_event_is_there_once(string driver, Fault fault) => AssertRepeatedAsync(driver, fault);

    [NodeFact]
    public Task A_back_end_waits_as_long_as_it_is_told() => AssertWaitedAsync("segment-node");

    [BrowserFact]
    public Task A_browser_may_read_how_long_to_wait_and_waits() => AssertWaitedAsync("segment-next");

    private static TheoryData<string, Fault> EachWithEachFault(params string[] drivers)
    {
        var data = new TheoryData<string, Fault>();
        foreach (var driver in drivers)
        {
            foreach (var fault in Enum.GetValues<Fault>()) data.Add(driver, fault);
        }

        return data;
    }

    private async Task AssertRepeatedAsync(string driver, Fault fault)
    {
        var (report, workspace, passed) = await RunAsync(driver, fault);
        // A page can close before its SDK has sent again what was applied but not answered; then there was no repeat to judge, and it is run anew.
        for (var run = 1; run < 3 && fault == Fault.LostAnswer && !passed.Skip(1).Any(p => p.MessageIds.Any(passed[0].MessageIds.Contains)); run++)
            (report, workspace, passed) = await RunAsync(driver, fault);
        var first = passed[0];
        var again = passed.Skip(1).Where(p => p.MessageIds.Any(first.MessageIds.Contains)).ToList();
        Assert.Equal(first.MessageIds.Order(StringComparer.Ordinal), again.SelectMany(p => p.MessageIds).Where(first.MessageIds.Contains).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(fault == Fault.LostAnswer ? 200 : null, first.ServerStatus);
        Assert.All(passed.Skip(1), p => Assert.Equal(200, p.ServerStatus));
        Assert.Empty(report.CalledHome);
        Assert.DoesNotContain(report.Console, line => line.Contains("CORS", StringComparison.Ordinal));
        await Journey.AssertEverythingOnceAsync(workspace, report);
    }

    private async Task AssertWaitedAsync(string driver)
    {
        var (_, _, passed) = await RunAsync(driver, Fault.TooMany);
        var first = passed[0];
        var again = passed.Skip(1).First(p => p.MessageIds.Any(first.MessageIds.Contains));

        // Timers may fire a little early.
        Assert.InRange(again.At - first.At, FaultProxy.RetryAfter * 0.95, FaultProxy.RetryAfter * 10);
    }

    private async Task<(DriverReport Report, Workspace Workspace, IReadOnlyList<PassedRequest> Passed)> RunAsync(string driver, Fault fault)
    {
        var workspace = await server.NewWorkspaceAsync();
        await using var proxy = await FaultProxy.StartAsync(workspace.Server, fault);
        var report = await SdkDriver.RunAsync(driver, proxy.Address, workspace.WriteKey);
        return (report, workspace, proxy.Passed);
    }
}
