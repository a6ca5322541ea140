using System.Diagnostics;
using System.Text.Json.Nodes;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;
using Cdp.Testing.Waiting;

namespace Cdp.Cli.Tests.Import;

public sealed class Resuming : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();
    private FakeServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_process_is_continued_where_it_was()
    {
        var file = _folder.WriteRows("a.csv", 5_000);
        _server.Fault = async (context, n) =>
        {
            // The tenth request and all behind it hang until the sender is dead.
            if (n < 10) return false;
            var dead = new TaskCompletionSource();
            await using var aborted = context.RequestAborted.Register(dead.SetResult);
            await dead.Task;
            return true;
        };
        using (var process = Start(file))
        {
            // All of the first nine are taken in, so that none is under way when the sender dies.
            await UntilAsync("nine requests are in", () => Checkpoint(file) > 0 && _server.MessageIds.Count == 900);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        var confirmed = Checkpoint(file);
        var before = _server.MessageIds.Count;
        Assert.InRange(confirmed, 100, 900);
        _server.Fault = (_, _) => Task.FromResult(false);
        var run = await ImportAsync(file);
        Assert.Equal((ExitCodes.Ok, ""), (run.Code, run.Error));
        Assert.Contains($"confirmed by an earlier run  {confirmed}", run.Out, StringComparison.Ordinal);
        Assert.Equal(5_000 - confirmed, _server.MessageIds.Count - before);
        Assert.Equal(5_000, _server.MessageIds.Distinct().Count());
        Assert.False(File.Exists(file + ".cdp-import.json"));
    }

    [Fact]
    public async Task Interrupting_ends_with_a_checkpoint()
    {
        var file = _folder.WriteRows("a.csv", 1_000);
        using var stop = new CancellationTokenSource();
        _server.Fault = async (_, n) =>
        {
            if (n == 4) await stop.CancelAsync();
            return false;
        };
        var run = await _cli.RunAsync(stop.Token, [.. Arguments(file), "--concurrency", "1"]);
        Assert.Equal(ExitCodes.Interrupted, run.Code);
        Assert.Contains("Rows up to 300 are confirmed. The same command goes on from there.", run.Error, StringComparison.Ordinal);
        Assert.Equal(300, Checkpoint(file));
    }

    [Fact]
    public async Task The_time_of_rows_stays_when_the_file_is_touched_meanwhile()
    {
        var file = await InterruptedAsync();
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc));
        await ImportAsync(file);
        Assert.Single(_server.Received.Select(e => (string?)e["timestamp"]).Distinct());
    }

    [Fact]
    public async Task Rows_added_behind_the_checkpoint_are_sent_too()
    {
        var file = await InterruptedAsync();
        File.AppendAllText(file, "new,town\n");
        Assert.Equal(ExitCodes.Ok, (await ImportAsync(file)).Code);
        Assert.Equal(1_001, _server.MessageIds.Distinct().Count());
    }

    [Fact]
    public async Task A_file_changed_before_the_checkpoint_is_not_continued()
    {
        var file = await InterruptedAsync();
        File.WriteAllText(file, File.ReadAllText(file).Replace("town5\n", "ulm\n", StringComparison.Ordinal));
        var run = await ImportAsync(file);
        Assert.Equal(ExitCodes.Usage, run.Code);
        Assert.Contains("--restart", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await ImportAsync(file, "--restart")).Code);
    }

    [Fact]
    public async Task Another_map_is_another_import()
    {
        var file = await InterruptedAsync();
        Assert.Equal(ExitCodes.Usage, (await ImportAsync(file, "--only-mapped")).Code);
    }

    [Fact]
    public async Task Another_server_begins_at_the_first_row()
    {
        var file = await InterruptedAsync();
        await using var other = await FakeServer.StartAsync();
        Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("import", file, "--map", "id=userId", "--url", other.Url)).Code);
        Assert.Equal(1_000, other.MessageIds.Count);
    }

    [Fact]
    public async Task Resume_without_checkpoint_is_an_error()
    {
        var run = await ImportAsync(_folder.WriteRows("a.csv", 1), "--resume");
        Assert.Equal(ExitCodes.Usage, run.Code);
        Assert.Contains("there is no checkpoint", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_checkpoint_counts_as_none()
    {
        var file = _folder.WriteRows("a.csv", 10);
        File.WriteAllText(file + ".cdp-import.json", "{\"Version\":1,");
        Assert.Equal(ExitCodes.Ok, (await ImportAsync(file)).Code);
        Assert.Equal(10, _server.MessageIds.Count);
    }

    [Fact]
    public async Task A_checkpoint_may_lie_elsewhere()
    {
        Directory.CreateDirectory(_folder.File("state"));
        _server.Fault = async (context, n) => n == 4 && await FakeServer.Answer(context, 401);
        await ImportAsync(_folder.WriteRows("a.csv", 1_000), "--state", _folder.File("state"), "--concurrency", "1");
        Assert.True(File.Exists(_folder.File("state/a.csv.cdp-import.json")));
    }

    private static string[] Arguments(string file, string url) => ["import", file, "--map", "id=userId", "--url", url, "--batch", "100"];

    private static int Checkpoint(string file)
    {
        try
        {
            return (int)JsonNode.Parse(File.ReadAllText(file + ".cdp-import.json"))!["Row"]!;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private static Task UntilAsync(string name, Func<bool> condition) => Eventually.TrueAsync(name, TimeSpan.FromSeconds(30), condition);

    private async Task<string> InterruptedAsync()
    {
        var file = _folder.WriteRows("a.csv", 1_000);
        _server.Fault = async (context, n) => n == 4 && await FakeServer.Answer(context, 401);
        Assert.Equal(ExitCodes.Server, (await ImportAsync(file, "--concurrency", "1")).Code);
        Assert.Equal(300, Checkpoint(file));
        return file;
    }

    private string[] Arguments(string file) => Arguments(file, _server.Url);

    private Task<CliResult> ImportAsync(string file, params string[] more) => _cli.RunAsync([.. Arguments(file), .. more]);

    private Process Start(string file)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(CliApp).Assembly.Location);
        foreach (var argument in Arguments(file)) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
