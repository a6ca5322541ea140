using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;

namespace Cdp.Cli.Tests.EndToEnd;

public sealed class BackingUp : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_of_a_running_server_brings_its_profiles_back()
    {
        var backup = _folder.File("grid.backup");
        await using (var server = await RealServer.StartAsync(_folder.File("data")))
        {
            await ImportAsync("first", server);
            var made = await _cli.RunAsync("backup", "--data", _folder.File("data"), "--out", backup);
            Assert.Equal((ExitCodes.Ok, ""), (made.Code, made.Error));
            await ImportAsync("second", server);

            var held = await _cli.RunAsync("restore", backup, "--data", _folder.File("data"));
            Assert.Equal(ExitCodes.Usage, held.Code);
            Assert.Single(held.Error.TrimEnd().Split('\n'));
        }

        var restored = await _cli.RunAsync("restore", backup, "--data", _folder.File("data"));
        Assert.Equal((ExitCodes.Ok, ""), (restored.Code, restored.Error));
        Assert.Contains("moved aside", restored.Out, StringComparison.Ordinal);
        await using var again = await RealServer.StartAsync(_folder.File("data"));
        Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("profile", "get", "user_id:first", "--url", again.Url)).Code);
        Assert.Equal(ExitCodes.Problem, (await _cli.RunAsync("profile", "get", "user_id:second", "--url", again.Url)).Code);
    }

    [Fact]
    public async Task What_is_no_backup_or_no_journal_is_told_in_one_line()
    {
        var wrong = _folder.Write("wrong", new string('x', 10_000));
        string[][] commands =
        [
            ["restore", wrong, "--data", _folder.File("d1")],
            ["restore", _folder.File("none"), "--data", _folder.File("d2")],
            ["backup", "--data", _folder.File("none"), "--out", _folder.File("o")],
            ["backup", "--data", _folder.Path],
        ];
        foreach (var command in commands)
        {
            var run = await _cli.RunAsync(command);
            Assert.NotEqual(ExitCodes.Ok, run.Code);
            Assert.StartsWith("cdp: ", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    private async Task ImportAsync(string id, RealServer server) =>
        Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("import", _folder.Write("a.csv", $"id\n{id}\n"), "--map", "id=userId", "--url", server.Url)).Code);
}
