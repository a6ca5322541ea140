using Spectre.Console;

namespace Cdp.Cli.Shell;

/// <summary>Everything the commands take from outside, so that tests can hand in their own.</summary>
internal sealed class CliHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public required Func<string, string?> Environment { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Waits before a retry; null for a real wait. Tests let the time pass instead.</summary>
    public Func<TimeSpan, CancellationToken, Task>? Wait { get; init; }

    /// <summary>Jitter of retries; nothing else is random.</summary>
    public Random Jitter { get; init; } = new();

    /// <summary>True when stdout is a terminal: tables get colours and the terminal's width.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>True when stderr is a terminal: progress is drawn in place instead of line by line.</summary>
    public bool ErrorIsTerminal { get; init; }

    public static CliHost System { get; } = new()
    {
        Out = Console.Out,
        Error = Console.Error,
        Environment = global::System.Environment.GetEnvironmentVariable,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
    };

    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) =>
        Wait is null ? Task.Delay(time, Time, cancellationToken) : Wait(time, cancellationToken);

    /// <summary>stdout for tables. Without a terminal it neither colours nor folds lines.</summary>
    public IAnsiConsole OutConsole() => ConsoleOver(Out, OutIsTerminal);

    /// <summary>stderr for progress.</summary>
    public IAnsiConsole ErrorConsole() => ConsoleOver(Error, ErrorIsTerminal);

    private IAnsiConsole ConsoleOver(TextWriter writer, bool terminal)
    {
        var plain = !terminal || !string.IsNullOrEmpty(Environment("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal) console.Profile.Width = 200;
        return console;
    }
}
