using System.Collections.Concurrent;
using System.Text.Json;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>What a driver sent and the workspace that it sent it to.</summary>
internal sealed record SdkRun(DriverReport Report, Workspace Workspace);

/// <summary>One server for all tests with SDKs. Each run has a workspace of its own, so that none sees another's customer.</summary>
public sealed class SdkServer : IAsyncLifetime
{
    private const int Workspaces = 64;

    private readonly Lazy<Task<HostProcess>> _process = new(() => HostProcess.StartAsync(Config()));
    private readonly ConcurrentDictionary<string, Lazy<Task<SdkRun>>> _runs = new();
    private readonly ConcurrentBag<Workspace> _open = [];
    private int _used;

    /// <summary>A workspace that nothing was sent to yet.</summary>
    internal async Task<Workspace> NewWorkspaceAsync()
    {
        var n = _used++;
        Assert.True(n < Workspaces, $"There are more than {Workspaces} runs: raise {nameof(Workspaces)}.");
        var process = await _process.Value;
        var workspace = new Workspace(process.Address, $"write-{n}", $"read-{n}", $"site-{n}");
        _open.Add(workspace);
        return workspace;
    }

    /// <summary>A driver's run straight against the server. It takes place once; the tests look at it from several sides.</summary>
    /// <param name="driver">The driver's name and options.</param>
    internal Task<SdkRun> RunAsync(string driver) => _runs.GetOrAdd(driver, d => new(() => FirstRunAsync(d))).Value;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var workspace in _open) workspace.Dispose();
        if (_process.IsValueCreated) await (await _process.Value).DisposeAsync();
    }

    private async Task<SdkRun> FirstRunAsync(string driver)
    {
        var workspace = await NewWorkspaceAsync();
        return new SdkRun(await SdkDriver.RunAsync(driver, workspace.Server, workspace.WriteKey), workspace);
    }

    private static string Config() => ServerConfig.Of(
        Enumerable.Range(0, Workspaces).ToDictionary(
            n => $"shop-{n}",
            n => (object)new
            {
                WriteKeys = new[] { new { Key = $"write-{n}", Source = $"site-{n}" } },
                ApiKeys = new[] { new { Key = $"read-{n}", Scopes = new[] { "read" } } },
            }));
}

/// <summary>Writes configuration files.</summary>
internal static class ServerConfig
{
    public static string Of(Dictionary<string, object> workspaces, object? limits = null, string? analyticsJs = null)
    {
        var section = new Dictionary<string, object> { ["Workspaces"] = workspaces };
        if (limits is not null) section["Limits"] = limits;
        if ((analyticsJs ?? SdkTools.AnalyticsJs) is { } folder) section["AnalyticsJs"] = folder;
        return JsonSerializer.Serialize(new { Cdp = section });
    }
}

/// <summary>The tests with SDKs run one after the other: each starts a process or two.</summary>
[CollectionDefinition(Name)]
public sealed class SdkCollection : ICollectionFixture<SdkServer>
{
    public const string Name = "Sdk";
}
