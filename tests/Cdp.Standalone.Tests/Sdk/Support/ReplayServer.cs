using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>What the server said to one captured request.</summary>
internal sealed record ReplayedAnswer(CapturedRequest Request, int Status, string Body, HttpResponseHeaders Headers);

/// <summary>A capture that was sent again, and the server that has its events.</summary>
internal sealed record Replay(IReadOnlyList<ReplayedAnswer> Answers, Workspace Workspace);

/// <summary>Sends captures again, each to a server of its own: they use the same keys and the same customer.</summary>
public sealed class ReplayServer : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Replay>>> _replays = new();
    private readonly ConcurrentBag<IAsyncDisposable> _servers = [];
    private readonly ConcurrentBag<IDisposable> _open = [];

    internal Task<Replay> ReplayAsync(string file) => _replays.GetOrAdd(file, f => new(() => SendAllAsync(f))).Value;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var item in _open) item.Dispose();
        foreach (var server in _servers) await server.DisposeAsync();
    }

    private async Task<Replay> SendAllAsync(string file)
    {
        var capture = Capture.Read(file);
        var scripts = Directory.CreateTempSubdirectory("cdp-sdk-script-");
        _open.Add(new Cleanup(() => scripts.Delete(recursive: true)));
        await File.WriteAllTextAsync(Path.Combine(scripts.FullName, "standalone.js"), "// stands for Segment's script");
        var server = await HostProcess.StartAsync(ServerConfig.Of(
            new Dictionary<string, object>
            {
                ["shop"] = new { WriteKeys = new[] { capture.WriteKey }, ApiKeys = new[] { new { Key = "read", Scopes = new[] { "read" } } } },
            },
            analyticsJs: scripts.FullName));
        _servers.Add(server);
        var workspace = new Workspace(server.Address, capture.WriteKey, "read", string.Empty);
        _open.Add(workspace);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        var answers = new List<ReplayedAnswer>();
        foreach (var request in capture.Requests) answers.Add(await SendAsync(http, server.Address, request));
        return new Replay(answers, workspace);
    }

    private static async Task<ReplayedAnswer> SendAsync(HttpMessageInvoker http, Uri server, CapturedRequest captured)
    {
        using var request = new HttpRequestMessage(new HttpMethod(captured.Method), new Uri(server, captured.Url));
        if (captured.Json.Length > 0) request.Content = new ByteArrayContent(captured.Body());
        foreach (var (name, value) in captured.Headers)
        {
            // The address is another one now, and compressed anew a body may have another length.
            if (name is "host" or "content-length") continue;
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, CancellationToken.None);
        return new ReplayedAnswer(captured, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
    }

    private sealed class Cleanup(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
