using Cdp.Cli.Shell;
using Cdp.Cli.Tests.Support;
using Cdp.Core.Identity;
using Cdp.Storage.Postgres;
using Cdp.Testing.Postgres;

namespace Cdp.Cli.Tests.EndToEnd;

public sealed class Migrating : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CliRun _cli = new();

    public void Dispose() => _folder.Dispose();

    [PostgresFact]
    public async Task A_stopped_servers_profiles_move_into_the_database()
    {
        var postgres = await PostgresServer.SharedAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using (var server = await RealServer.StartAsync(_folder.File("data")))
        {
            Assert.Equal(ExitCodes.Ok, (await _cli.RunAsync("import", _folder.Write("a.csv", "id\nann\nbob\n"), "--map", "id=userId", "--url", server.Url)).Code);
            var held = await _cli.RunAsync("migrate", "--data", _folder.File("data"), "--to", database);
            Assert.Equal(ExitCodes.Usage, held.Code);
        }

        _cli.Environment["CDP_POSTGRES"] = database;
        var moved = await _cli.RunAsync("migrate", "--data", _folder.File("data"));
        Assert.Equal(ExitCodes.Ok, moved.Code);
        Assert.Matches(@"identifiers +2 +[0-9a-f]{64}", moved.Out);
        Assert.Contains("copying identifiers: 2 of 2 rows", moved.Error, StringComparison.Ordinal);
        Assert.Contains("checking streams: 2 of 2 rows", moved.Error, StringComparison.Ordinal);
        await using (var journal = await PostgresJournal.OpenAsync(new() { ConnectionString = database }, TimeProvider.System))
        {
            var owner = (await journal.OwnersAsync("default", [new Identifier("user_id", "bob")]))[0].Owner;
            Assert.NotEmpty((await journal.LoadAsync("default", owner!.Value))!.Tail);
        }

        var again = await _cli.RunAsync("migrate", "--data", _folder.File("data"));
        Assert.Equal(ExitCodes.Problem, again.Code);
        Assert.Contains("holds data", again.Error, StringComparison.Ordinal);
        await postgres.DropDatabaseAsync(database);
    }

    [Fact]
    public async Task What_cannot_be_migrated_is_told_in_one_line_without_the_password()
    {
        await using (await RealServer.StartAsync(_folder.File("data"))) { }
        (string[] Args, int Code)[] commands =
        [
            (["--data", _folder.File("data")], ExitCodes.Usage),
            (["--data", _folder.File("none"), "--to", "host=127.0.0.1;password=hush"], ExitCodes.Usage),
            (["--data", _folder.File("data"), "--to", "postgres://a:hush@b/c"], ExitCodes.Usage),
            (["--data", _folder.File("data"), "--to", "host=127.0.0.1;port=1;username=a;password=hush"], ExitCodes.Server),
        ];
        foreach (var (args, code) in commands)
        {
            var run = await _cli.RunAsync(["migrate", .. args]);
            Assert.Equal(code, run.Code);
            Assert.StartsWith("cdp: ", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
            Assert.DoesNotContain("hush", run.Error + run.Out, StringComparison.Ordinal);
        }
    }
}
