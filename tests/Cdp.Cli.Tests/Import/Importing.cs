using System.Text.Json.Nodes;
using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;

namespace Cdp.Cli.Tests.Import;

public sealed class Importing : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();
    private FakeServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_arrives_in_batches_and_a_second_import_changes_nothing()
    {
        var file = _folder.WriteRows("crm.csv", 1_230);
        var first = await ImportAsync(file);
        Assert.Equal((ExitCodes.Ok, ""), (first.Code, first.Error));
        Assert.Contains("applied                      1230", first.Out, StringComparison.Ordinal);
        Assert.Contains(100, _server.BatchSizes);
        Assert.Equal(1_230, _server.MessageIds.Distinct().Count());
        Assert.Equal("2026-11-01T12:00:00.000Z", (string?)_server.Received[0]["timestamp"]);

        var second = await ImportAsync(file);
        Assert.Contains("duplicates (nothing changed) 1230", second.Out, StringComparison.Ordinal);
        Assert.Equal(1_230, _server.MessageIds.Distinct().Count());
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.cdp-import.json"));
    }

    [Fact]
    public async Task A_file_from_tomorrow_counts_as_of_now()
    {
        var file = _folder.WriteRows("crm.csv", 1);
        File.SetLastWriteTimeUtc(file, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await ImportAsync(file);
        Assert.Equal("2026-11-23T08:00:00.000Z", (string?)_server.Received[0]["timestamp"]);
        await ImportAsync(file, "--as-of", "2020-02-02T00:00:00Z");
        Assert.Equal("2020-02-02T00:00:00.000Z", (string?)_server.Received[1]["timestamp"]);
        Assert.Single(_server.MessageIds.Distinct());
    }

    [Fact]
    public async Task Rejected_rows_are_listed_with_row_and_code_and_the_rest_goes_on()
    {
        _server.Reject = e => (string?)e["userId"] == "c7" ? "timestamp_too_old" : null;
        var file = _folder.WriteRows("crm.csv", 250);
        File.AppendAllText(file, "c251\n");
        var run = await ImportAsync(file, "--rejects", _folder.File("rejects"));
        Assert.Equal(ExitCodes.Problem, run.Code);
        var rejects = File.ReadAllLines(_folder.File("rejects")).Select(l => JsonNode.Parse(l)!).OrderBy(r => (long)r["row"]!).ToArray();
        Assert.Equal([(7, "timestamp_too_old"), (251, "row_ragged")], rejects.Select(r => ((int)r["row"]!, (string)r["code"]!)));
        Assert.StartsWith("imp-0000000007-", (string?)rejects[0]["messageId"], StringComparison.Ordinal);
        Assert.DoesNotContain("town", run.Out + run.Error, StringComparison.Ordinal);
        Assert.Contains("timestamp_too_old", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_share_an_identifier_arrive_in_their_order()
    {
        // Chains over three identifiers in turn; batches end in any order.
        var delays = new Random(7);
        _server.Fault = async (_, _) =>
        {
            int wait;
            lock (delays) wait = delays.Next(8);
            await Task.Delay(wait);
            return false;
        };
        var rows = new Random(3);
        var text = string.Concat(Enumerable.Range(1, 1_500).Select(i => $"u{rows.Next(300)},m{rows.Next(300)}@x.de,{i}\n"));
        var file = _folder.Write("a.csv", "id,mail,n\n" + text);
        await _cli.RunAsync("import", file, "--map", "id=userId,mail=email", "--url", _server.Url, "--batch", "7", "--concurrency", "6");
        var last = new Dictionary<string, int>();
        foreach (var item in _server.Received)
        {
            var n = int.Parse((string)item["traits"]!["n"]!, System.Globalization.CultureInfo.InvariantCulture);
            foreach (var key in new[] { (string)item["userId"]!, (string)item["traits"]!["email"]! })
            {
                Assert.True(last.GetValueOrDefault(key) < n, $"row {n} came after row {last.GetValueOrDefault(key)}");
                last[key] = n;
            }
        }

        Assert.Equal(1_500, _server.Received.Count);
    }

    [Fact]
    public async Task A_write_key_gets_no_outcomes_and_rows_count_as_accepted()
    {
        _server.IsWriteKey = true;
        _cli.Environment["CDP_KEY"] = "w1";
        var run = await ImportAsync(_folder.WriteRows("a.csv", 10));
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("accepted                     10", run.Out, StringComparison.Ordinal);
        Assert.Equal(["Basic dzE6"], _server.Authorization);
    }

    [Fact]
    public async Task A_request_too_large_for_the_server_is_halved()
    {
        _server.Fault = async (context, _) =>
            context.Request.ContentLength > 2_000 && await FakeServer.Answer(context, 413);
        var run = await ImportAsync(_folder.Write("a.csv", "id,city\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i},x\n")) + $"61,{new string('y', 3_000)}\n"));
        Assert.Equal(ExitCodes.Problem, run.Code);
        Assert.Contains("event_too_large            1", run.Out, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 60), _server.Received.Select(e => int.Parse((string)e["userId"]!, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    public async Task On_a_terminal_the_progress_is_drawn_and_the_summary_stays(string noColor)
    {
        var cli = new CliRun { Terminal = true, Environment = { ["NO_COLOR"] = noColor } };
        _server.Fault = async (_, _) =>
        {
            await Task.Delay(50);
            return false;
        };
        var run = await cli.RunAsync("import", _folder.WriteRows("a.csv", 500), "--map", "id=userId", "--batch", "50", "--url", _server.Url);
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.StartsWith("500 rows read", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[38", noColor.Length > 0 ? run.Error : "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_sends_nothing_and_needs_no_server()
    {
        var run = await _cli.RunAsync("import", _folder.WriteRows("a.csv", 5), "--map", "id=userId", "--dry-run", "--url", "http://127.0.0.1:1");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("would be sent                5", run.Out, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("--format", "xml")]
    [InlineData("--type", "page")]
    [InlineData("--batch", "0")]
    [InlineData("--map", "id=nowhere")]
    [InlineData("--as-of", "yesterday")]
    [InlineData("--url", "ftp://x")]
    [InlineData("--no-such", "option")]
    public async Task A_wrong_option_is_one_line_and_exit_code_2(string option, string value)
    {
        var run = await _cli.RunAsync("import", _folder.WriteRows("a.csv", 1), option, value);
        Assert.Equal(ExitCodes.Usage, run.Code);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    private Task<CliResult> ImportAsync(string file, params string[] more) =>
        _cli.RunAsync(["import", file, "--map", "id=userId", "--url", _server.Url, "--batch", "100", .. more]);
}
