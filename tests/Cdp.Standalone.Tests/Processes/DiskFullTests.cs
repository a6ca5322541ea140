using System.Net;
using Cdp.Testing;
using Cdp.Testing.Waiting;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int Clients = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [MountFact]
    public async Task A_full_disk_answers_503_keeps_reading_and_goes_on_when_there_is_space()
    {
        var seed = Seeds.Next(output);
        using var disk = new SmallDisk("size=16m");
        var filler = Fill(disk, 10 * 1024 * 1024);
        var (people, history) = (new People { Count = 100 }, new History());
        var load = new Load(people, history, seed) { GiveUpOneIn = 0 };
        await using var server = await TestedServer.StartAsync(Path.Combine(disk.Path, "data"));
        using var client = new GridClient(server.Url);

        await FillByIngestAsync(server, load, history);
        var whileFull = await Audit.OfAsync(client, history);
        output.WriteLine($"while full: {whileFull}");
        Assert.True(whileFull.Violations.Count == 0, whileFull.Report());
        Assert.True(whileFull.Found > 100);
        Assert.Contains("The disk is full", server.Errors, StringComparison.Ordinal);

        File.Delete(filler);
        await Eventually.TrueAsync("ingest works again", Patience, async () => await history.SendAsync(client, [people.NextPage("after")]) == HttpStatusCode.OK);
        await SettleAsync(client, history);
        var audit = await Audit.OfAsync(client, history);
        output.WriteLine($"after: {audit}; answers: {string.Join(", ", history.Statuses.Select(s => $"{(int)s.Key} x {s.Value}"))}");
        Assert.True(audit.Violations.Count == 0, audit.Report());
        Assert.True(audit.Found == audit.Sent, audit.ToString());
        var exit = await server.StopAsync(Patience);
        Assert.Equal(0, exit.Code);
        Assert.EndsWith("The store takes commits again.", exit.ErrorLines[^1], StringComparison.Ordinal);
        Assert.True(exit.ErrorLines.Length < 20, "One line per change and not one per request.");
    }

    [MountFact]
    public async Task A_kill_while_the_disk_is_full_loses_nothing_that_was_acknowledged()
    {
        var seed = Seeds.Next(output);
        // Room for more than one log, so that the disk is full with a part of it in the main file.
        using var disk = new SmallDisk("size=40m");
        var filler = Fill(disk, 12 * 1024 * 1024);
        var data = Path.Combine(disk.Path, "data");
        var (people, history) = (new People { Count = 100 }, new History());
        await using (var server = await TestedServer.StartAsync(data))
        {
            await FillByIngestAsync(server, new Load(people, history, seed) { GiveUpOneIn = 0 }, history);
            await server.KillAsync();
        }

        File.Delete(filler);
        await using var again = await TestedServer.StartAsync(data);
        using var client = new GridClient(again.Url);
        await SettleAsync(client, history);
        var audit = await Audit.OfAsync(client, history);
        output.WriteLine(audit.ToString());
        Assert.True(audit.Violations.Count == 0, audit.Report());
        Assert.True(audit.Found == audit.Sent, audit.ToString());
    }

    private static string Fill(SmallDisk disk, int bytes)
    {
        var path = Path.Combine(disk.Path, "filler");
        File.WriteAllBytes(path, new byte[bytes]);
        return path;
    }

    /// <summary>Sends until the disk has been full for a while.</summary>
    private static async Task FillByIngestAsync(ServerProcess server, Load load, History history)
    {
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(server.Url, Clients, stop.Token);
        await Eventually.TrueAsync("the disk is full", Patience, () => history.Statuses.GetValueOrDefault(HttpStatusCode.ServiceUnavailable) > 50);
        await stop.CancelAsync();
        await running;
        Assert.False(server.HasExited);
    }

    /// <summary>Sends again what was not acknowledged.</summary>
    private static async Task SettleAsync(GridClient client, History history)
    {
        while (history.TryTakeUnsettled(out var batch)) Assert.Equal(HttpStatusCode.OK, await history.SendAsync(client, batch));
    }
}
