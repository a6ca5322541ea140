using System.Globalization;

namespace Cdp.Silo.Tests.Cluster;

/// <summary>A silo, over any number of lives as a process.</summary>
/// <param name="place">Where it lives.</param>
/// <param name="arguments">What all silos of its cluster are started with.</param>
internal sealed class SiloProcess(SiloPlace place, IReadOnlyList<string> arguments) : IAsyncDisposable
{
    private readonly List<ServerProcess> _lives = [];
    private bool _isSuspended;

    public SiloPlace Place => place;

    public Uri Url => place.Url;

    public bool HasExited => _lives is [.., { HasExited: true }];

    /// <summary>Whether it lives, and does not stand still.</summary>
    public bool IsRunning => !_isSuspended && _lives is [.., { HasExited: false }];

    /// <summary>What it wrote to standard error in all its lives.</summary>
    public string Log => string.Concat(_lives.Select(l => l.Errors));

    /// <summary>Starts it and waits until it has joined and is ready.</summary>
    public async Task StartAsync()
    {
        string[] all =
        [
            .. arguments, "--urls", place.Url.GetLeftPart(UriPartial.Authority), "--advertise", place.Host,
            "--silo-port", place.SiloPort.ToString(CultureInfo.InvariantCulture), "--gateway-port", place.GatewayPort.ToString(CultureInfo.InvariantCulture),
        ];
        var life = ServerProcess.Launch("Cdp.Silo.dll", all, place.Wrapper);
        _lives.Add(life);
        await life.ReadyAsync();
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _lives[^1].KillAsync();

    /// <summary>SIGSTOP.</summary>
    public void Suspend()
    {
        _isSuspended = true;
        _lives[^1].Suspend();
    }

    /// <summary>SIGCONT.</summary>
    public void Resume()
    {
        _lives[^1].Resume();
        _isSuspended = false;
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public Task<ServerExit> StopAsync(TimeSpan bound) => _lives[^1].StopAsync(bound);

    /// <summary>Waits for it to end by itself.</summary>
    public Task<ServerExit> ExitAsync(TimeSpan bound) => _lives[^1].ExitAsync(bound);

    public async ValueTask DisposeAsync()
    {
        foreach (var life in _lives) await life.DisposeAsync();
    }
}
