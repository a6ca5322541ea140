using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;

namespace Cdp.Cli.Tests.Import;

public sealed class Faults : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();
    private FakeServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Retry_after_is_honoured()
    {
        _server.Fault = async (context, n) => n == 2 && await FakeServer.Answer(context, 429, retryAfter: "7");
        var run = await ImportAsync(300, "--concurrency", "1");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.InRange(Assert.Single(_cli.Waits).TotalSeconds, 7, 7.2);
        Assert.Contains("retried requests             1", run.Out, StringComparison.Ordinal);
        Assert.Equal(300, _server.MessageIds.Distinct().Count());
    }

    [Fact]
    public async Task A_server_that_is_away_for_a_while_is_asked_again_with_longer_pauses()
    {
        _server.Fault = async (context, n) => n is > 1 and < 8 && await FakeServer.Answer(context, 503);
        var run = await ImportAsync(300, "--concurrency", "1");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Equal(6, _cli.Waits.Count);
        Assert.InRange(_cli.Waits[0].TotalMilliseconds, 100, 200);
        Assert.InRange(_cli.Waits[5].TotalMilliseconds, 3_200, 6_400);
    }

    [Fact]
    public async Task An_answer_lost_on_the_way_is_sent_again_and_counts_once()
    {
        _server.Fault = (context, n) =>
        {
            if (n == 1) context.Abort();
            return Task.FromResult(n == 1);
        };
        Assert.Equal(ExitCodes.Ok, (await ImportAsync(50)).Code);
        Assert.Equal(50, _server.MessageIds.Distinct().Count());
    }

    [Fact]
    public async Task Behind_the_bound_it_stops_and_the_next_run_goes_on()
    {
        _server.Fault = async (context, n) => n > 3 && await FakeServer.Answer(context, 503);
        var first = await ImportAsync(1_000, "--concurrency", "1", "--retry-seconds", "60", "--rejects", _folder.File("r"));
        Assert.Equal(ExitCodes.Server, first.Code);
        Assert.Contains("has not taken rows for 60 s (503 fault). Rows up to 300 are confirmed", first.Error, StringComparison.Ordinal);
        Assert.True(_cli.Waits.Sum(w => w.TotalSeconds) <= 60);

        _server.Fault = (_, _) => Task.FromResult(false);
        var second = await ImportAsync(1_000, "--concurrency", "1", "--resume");
        Assert.Equal(ExitCodes.Ok, second.Code);
        Assert.Contains("confirmed by an earlier run  300", second.Out, StringComparison.Ordinal);
        Assert.Equal(1_000, _server.MessageIds.Count);
        Assert.Equal(1_000, _server.MessageIds.Distinct().Count());
    }

    [Fact]
    public async Task Rejects_of_a_resumed_import_are_complete_and_said_once()
    {
        _server.Reject = e => ((string)e["userId"]!).EndsWith('5') ? "no_luck" : null;
        _server.Fault = async (context, n) => n == 5 && await FakeServer.Answer(context, 401);
        var first = await ImportAsync(1_000, "--rejects", _folder.File("r"));
        Assert.Equal(ExitCodes.Server, first.Code);
        Assert.Contains("401", first.Error, StringComparison.Ordinal);

        var second = await ImportAsync(1_000, "--rejects", _folder.File("r"));
        Assert.Equal(ExitCodes.Problem, second.Code);
        var rows = File.ReadAllLines(_folder.File("r")).Select(l => (int)System.Text.Json.Nodes.JsonNode.Parse(l)!["row"]!).Order();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (i * 10) + 5), rows);
    }

    [Fact]
    public async Task No_server_is_told_at_once()
    {
        var run = await _cli.RunAsync("import", _folder.WriteRows("a.csv", 1), "--url", "http://127.0.0.1:1");
        Assert.Equal(ExitCodes.Server, run.Code);
        Assert.StartsWith("cdp: cannot reach http://127.0.0.1:1: connection refused.", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_refusal_is_not_retried(int status)
    {
        _server.Fault = (context, _) => FakeServer.Answer(context, status);
        Assert.Equal(ExitCodes.Server, (await ImportAsync(10)).Code);
        Assert.Empty(_cli.Waits);
    }

    [Fact]
    public async Task A_page_of_a_proxy_is_no_success()
    {
        _server.Fault = (context, _) => FakeServer.Answer(context, 200, body: "<html>ok</html>");
        var run = await ImportAsync(10);
        Assert.Equal(ExitCodes.Server, run.Code);
        Assert.Contains("no batch answer", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_wait_that_the_server_asks_for_stops_the_import()
    {
        _server.Fault = (context, _) => FakeServer.Answer(context, 429, retryAfter: "3600");
        var run = await ImportAsync(10);
        Assert.Equal(ExitCodes.Server, run.Code);
        Assert.Contains("asks to wait 3600 s", run.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> ImportAsync(int rows, params string[] more) =>
        _cli.RunAsync(["import", _folder.WriteRows("a.csv", rows), "--map", "id=userId", "--url", _server.Url, "--batch", "100", .. more]);
}
