using Cdp.Cli.Shell;

namespace Cdp.Cli.Tests.Support;

/// <summary>What one run of the command line did.</summary>
internal sealed record CliResult(int Code, string Out, string Error);

/// <summary>Runs the command line in this process.</summary>
internal sealed class CliRun
{
    private volatile Func<string> _outSoFar = static () => "";

    public Dictionary<string, string> Environment { get; } = [];

    public ManualClock Clock { get; } = new();

    /// <summary>The waits before retries; they take no time.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>True to let retries take the time they take: something outside has to happen meanwhile.</summary>
    public bool RealTime { get; init; }

    /// <summary>True to draw as on a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>What the run under way, or the last one, has written so far.</summary>
    public string OutSoFar => _outSoFar();

    public async Task<CliResult> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        using var output = new LiveWriter();
        _outSoFar = output.ToString;
        using var error = new StringWriter();
        var host = new CliHost
        {
            Out = output,
            Error = TextWriter.Synchronized(error),
            Environment = name => Environment.GetValueOrDefault(name),
            Time = RealTime ? TimeProvider.System : Clock,
            OutIsTerminal = Terminal,
            ErrorIsTerminal = Terminal,
            Jitter = new Random(1),
            Wait = RealTime ? null : WaitAsync,
        };
        var code = await CliApp.RunAsync(args, host, cancellationToken);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    public Task<CliResult> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    private async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        lock (Waits) Waits.Add(time);
        Clock.Advance(time);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>Text that one thread writes and another one reads.</summary>
internal sealed class LiveWriter : StringWriter
{
    private readonly Lock _gate = new();

    public override void Write(char value)
    {
        lock (_gate) base.Write(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_gate) base.Write(buffer, index, count);
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_gate) base.Write(buffer);
    }

    public override void Write(string? value)
    {
        lock (_gate) base.Write(value);
    }

    public override string ToString()
    {
        lock (_gate) return base.ToString();
    }
}

/// <summary>A clock that moves when a retry waits, and by nothing else. Its timers are real.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);
}
