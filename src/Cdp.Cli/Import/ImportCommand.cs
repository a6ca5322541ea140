using System.CommandLine;
using System.Globalization;
using Cdp.Cli.Http;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Import;

/// <summary><c>cdp import</c>.</summary>
internal static class ImportCommand
{
    public static Command Create(CliHost host)
    {
        var command = new Command("import", "Send the rows of a file as events. May be repeated and resumed: rows that were taken before change nothing.");
        var options = new ImportOptions().AddTo(command);
        var server = new ServerOptions().AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = server.Connect(parsed, host);
            return await RunAsync(options.Read(parsed), connection, host, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(ImportSettings settings, CdpServer server, CliHost host, CancellationToken cancellationToken)
    {
        // A server that is not there must be told at once, not after minutes of retries.
        if (!settings.DryRun) (await server.CallAsync(HttpMethod.Get, "version", cancellationToken)).Dispose();
        var tally = new ImportTally();
        var run = new ImportRun(settings, server, host, tally);
        var progress = new ImportProgress(host, tally, new FileInfo(settings.File).Length);
        try
        {
            // On the pool: the reader works between its waits, and the progress must not stand still meanwhile.
            await progress.ShowAsync(() => Task.Run(() => run.RunAsync(cancellationToken), CancellationToken.None));
        }
        catch (Exception e) when (e is OperationCanceledException || e is CliException { ExitCode: ExitCodes.Server })
        {
            Summarize(run, tally, progress, settings, host);
            var row = run.ConfirmedRow;
            var again = run.CheckpointLost ? "No checkpoint could be written: the next run begins at row 1." : "The same command goes on from there.";
            var why = e is CliException ? e.Message : "interrupted.";
            await host.Error.WriteLineAsync($"cdp: import stopped: {why} Rows up to {row} are confirmed. {again}");
            return e is CliException c ? c.ExitCode : ExitCodes.Interrupted;
        }

        Summarize(run, tally, progress, settings, host);
        return tally.Rejected + run.RejectedBefore > 0 ? ExitCodes.Problem : ExitCodes.Ok;
    }

    private static void Summarize(ImportRun run, ImportTally tally, ImportProgress progress, ImportSettings settings, CliHost host)
    {
        var writer = host.Out;
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{tally.Read} rows read in {ImportProgress.Duration(progress.Elapsed)} ({progress.Rate:0} rows/s)"));
        if (tally.Skipped > 0) writer.WriteLine($"  confirmed by an earlier run  {tally.Skipped}, of them rejected {run.RejectedBefore}");
        if (settings.DryRun) writer.WriteLine($"  would be sent                {tally.Accepted}");
        else if (tally.Accepted > 0) writer.WriteLine($"  accepted                     {tally.Accepted}");
        if (tally.Applied > 0) writer.WriteLine($"  applied                      {tally.Applied}");
        if (tally.Duplicates > 0) writer.WriteLine($"  duplicates (nothing changed) {tally.Duplicates}");
        writer.WriteLine($"  rejected                     {tally.Rejected}");
        foreach (var (code, count) in tally.RejectCodes) writer.WriteLine($"    {code,-26} {count}");
        if (tally.Decisions.Any()) writer.WriteLine("  identifiers");
        foreach (var (code, count) in tally.Decisions) writer.WriteLine($"    {code,-26} {count}");
        if (tally.Retries > 0) writer.WriteLine($"  retried requests             {tally.Retries}");
        if (tally.Rejected > 0 && settings.Rejects is { } path) writer.WriteLine($"  rejected rows are in         {path}");
        else if (tally.Rejected > 0) writer.WriteLine("  --rejects FILE keeps the rejected rows' numbers and reasons");
    }
}
