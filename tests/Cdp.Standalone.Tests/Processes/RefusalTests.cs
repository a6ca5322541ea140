using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed partial class RefusalTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("an unknown preset", """{"Cdp":{"Workspaces":{"shop":{"WriteKeys":["w"],"Identity":{"Preset":"nobodys"}}}}}""", "Cdp:Workspaces:shop:Identity:Preset:", "nobodys")]
    [InlineData("an unknown knob", """{"Cdp":{"Workspaces":{"shop":{"WriteKeys":["w"],"Identity":{"Types":{"email":{"Bridges":"sometimes"}}}}}}}""", "Cdp:Workspaces:shop:Identity:Types:email:Bridges:", "no such setting")]
    [InlineData("a mistyped key", """{"Cdp":{"Limits":{"MaxRequestInFlight":5}}}""", "Cdp:Limits:MaxRequestInFlight:", "MaxRequestsInFlight")]
    [InlineData("a mistyped section", """{"Cdp":{"Workspace":{"shop":{"WriteKeys":["w"]}}}}""", "Cdp:Workspace:", "Workspaces")]
    [InlineData("a number out of range", """{"Cdp":{"Memory":{"MaxActiveCustomers":1}}}""", "Cdp:Memory:MaxActiveCustomers:", "100")]
    [InlineData("a bad scope", """{"Cdp":{"Workspaces":{"shop":{"ApiKeys":[{"Key":"k","Scopes":["read","root"]}]}}}}""", "Cdp:Workspaces:shop:ApiKeys:0:Scopes:1:", "read, ingest, admin, erase")]
    [InlineData("a key used twice", """{"Cdp":{"Workspaces":{"shop":{"WriteKeys":["secret1"]},"club":{"WriteKeys":["secret1"]}}}}""", "Cdp:Workspaces:shop:WriteKeys:0:", "Cdp:Workspaces:club:WriteKeys:0")]
    [InlineData("broken JSON", """{"Cdp":{"Workspaces":{""", "cdp.json", "not valid JSON")]
    public async Task A_wrong_configuration_is_named_by_key_and_reason(string what, string json, string path, string reason)
    {
        var exit = await TestedServer.RefusedAsync("--data", _folder.Data, "--urls", "http://127.0.0.1:0", "--config", _folder.Config(json));
        var line = OneLine(exit);
        Assert.True(line.Contains(path, StringComparison.Ordinal), $"{what}: {line}");
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret1", exit.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Data), "Nothing is made before the configuration is known to be right.");
    }

    [Fact]
    public async Task All_problems_of_a_configuration_are_named_at_once()
    {
        var config = _folder.Config("""{"Cdp":{"Limits":{"A":5},"Memory":{"B":5}}}""");
        var exit = await TestedServer.RefusedAsync("--data", _folder.Data, "--config", config);
        Assert.Equal(1, exit.Code);
        Assert.Equal(2, exit.ErrorLines.Length);
        Assert.Contains("Cdp:Limits:A:", exit.Errors, StringComparison.Ordinal);
        Assert.Contains("Cdp:Memory:B:", exit.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_file_that_is_not_there_is_named()
    {
        var exit = await TestedServer.RefusedAsync("--data", _folder.Data, "--config", _folder.File("none.json"));
        Assert.Contains("none.json cannot be read", OneLine(exit), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://example.com:0")]
    public async Task Without_keys_other_than_loopback_addresses_are_refused(string urls)
    {
        var line = OneLine(await TestedServer.RefusedAsync("--data", _folder.Data, "--urls", urls));
        Assert.Contains("loopback", line, StringComparison.Ordinal);
        Assert.Contains("Cdp:Workspaces", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_is_wrong_usage()
    {
        var exit = await TestedServer.RefusedAsync("--date", _folder.Data);
        Assert.Equal(2, exit.Code);
        Assert.Contains("--date", Assert.Single(exit.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_port_in_use_is_named(bool withConfig)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        string[] arguments = ["--data", _folder.Data, "--urls", url, .. withConfig ? ["--config", _folder.Config("{}")] : Array.Empty<string>()];
        Assert.Contains(url, OneLine(await TestedServer.RefusedAsync(arguments)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_is_refused_and_the_first_one_unharmed()
    {
        await using var first = await TestedServer.StartAsync(_folder.Data);
        using var client = new GridClient(first.Url);
        var people = new People();
        var history = new History();
        Assert.Equal(HttpStatusCode.OK, await history.SendAsync(client, people.NextBatch(new Random(1))));

        var line = OneLine(await TestedServer.RefusedAsync("--data", _folder.Data, "--urls", "http://127.0.0.1:0"));
        Assert.Contains("Another process has this journal open", line, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, await history.SendAsync(client, people.NextBatch(new Random(2))));
        var audit = await Audit.OfAsync(client, history);
        Assert.True(audit.Violations.Count == 0, audit.Report());
    }

    [MountFact]
    public async Task A_data_directory_that_cannot_be_written_is_named()
    {
        using var disk = new SmallDisk("size=1m,ro");
        var line = OneLine(await TestedServer.RefusedAsync("--data", disk.Path, "--urls", "http://127.0.0.1:0"));
        Assert.Contains(disk.Path + " cannot be written", line, StringComparison.Ordinal);
    }

    private static string OneLine(ServerExit exit)
    {
        Assert.Equal(1, exit.Code);
        Assert.DoesNotMatch(StackFrame(), exit.Errors);
        // A silo that had joined by then leaves again, and Orleans may have something to say of that.
        return Assert.Single(exit.ErrorLines, line => !OfOrleans().IsMatch(line));
    }

    [GeneratedRegex("^(warn|fail): Orleans\\.")]
    private static partial Regex OfOrleans();

    [GeneratedRegex(@"^\s+at ", RegexOptions.Multiline)]
    private static partial Regex StackFrame();
}
