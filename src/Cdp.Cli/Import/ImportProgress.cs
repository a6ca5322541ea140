using System.Globalization;
using Cdp.Cli.Shell;
using Spectre.Console;

namespace Cdp.Cli.Import;

/// <summary>Shows a running import on stderr: a bar on a terminal, a plain line every few seconds elsewhere.</summary>
internal sealed class ImportProgress(CliHost host, ImportTally tally, long fileBytes)
{
    private static readonly TimeSpan s_lineEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_drawEvery = TimeSpan.FromMilliseconds(200);

    private readonly long _started = host.Time.GetTimestamp();

    public TimeSpan Elapsed => host.Time.GetElapsedTime(_started);

    /// <summary>Rows of this run per second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? tally.Done / Elapsed.TotalSeconds : 0;

    /// <summary>Runs the work and shows it until it ends.</summary>
    public async Task ShowAsync(Func<Task> work)
    {
        if (host.ErrorIsTerminal) await DrawAsync(work);
        else await PrintAsync(work);
    }

    /// <summary>Number of bytes read and the time tell the rest of it; the rows of a file are not known before its end.</summary>
    public string Line()
    {
        var share = fileBytes == 0 ? 1 : Math.Min(1, (double)tally.BytesRead / fileBytes);
        var eta = share is > 0 and < 1 && tally.Done > 0 ? $", about {Duration(Elapsed * ((1 - share) / share))} left" : "";
        var waiting = tally.Waiting is { } reason ? $" (waiting: {reason})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{tally.Skipped + tally.Done} rows, {share:P0} of the file, {Rate:0} rows/s, {tally.Rejected} rejected{eta}{waiting}");
    }

    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private async Task PrintAsync(Func<Task> work)
    {
        var running = work();
        while (await Task.WhenAny(running, Task.Delay(s_lineEvery, host.Time)) != running) await host.Error.WriteLineAsync(Line());
        await running;
    }

    private Task DrawAsync(Func<Task> work) => host.ErrorConsole().Progress()
        .AutoClear(true)
        .Columns(new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .StartAsync(async context =>
        {
            var task = context.AddTask("starting", maxValue: Math.Max(1, fileBytes));
            var running = work();
            do
            {
                task.Value = tally.BytesRead;
                task.Description = Line().EscapeMarkup();
            }
            while (await Task.WhenAny(running, Task.Delay(s_drawEvery, host.Time)) != running);
            await running;
        });
}
