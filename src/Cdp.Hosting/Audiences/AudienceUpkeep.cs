using Cdp.Core.Actors;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Building;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Microsoft.Extensions.Logging;

namespace Cdp.Hosting.Audiences;

/// <summary>
/// What keeps audiences true without traffic: four times a second it looks at customers that are due, it takes changed definitions to those whom nobody touches, and
/// every hour it removes old feed entries. While the store cannot do it, the operator is told once, and it goes on when it can.
/// </summary>
internal sealed partial class AudienceUpkeep : IAsyncDisposable
{
    /// <summary>For how long feed entries are kept.</summary>
    public static readonly TimeSpan FeedRetention = TimeSpan.FromDays(7);

    private const int Fails = 3021;
    private const int Works = 3022;
    private const int Fault = 3023;
    private const int TrimPage = 1_000;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FillInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TrimInterval = TimeSpan.FromHours(1);

    private readonly IGridIndex _index;
    private readonly DueSweep _sweep;
    private readonly AudienceFill _fill;
    private readonly Func<IEnumerable<(string Workspace, AudiencesInForce InForce)>> _definitions;
    private readonly TimeSpan _settling;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Dictionary<string, (string Key, long SeenAt, bool IsDone)> _seen = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _running;
    private int _isFailing;

    /// <summary>Starts it.</summary>
    /// <param name="services">The store.</param>
    /// <param name="index">The store's index.</param>
    /// <param name="actors">Where customers are woken.</param>
    /// <param name="definitions">The definitions of all workspaces, also of those that have none any more.</param>
    /// <param name="settling">After so long all processes know a new definition.</param>
    /// <param name="logger">Where the operator is told.</param>
    public AudienceUpkeep(
        ActorServices services,
        IGridIndex index,
        IActors actors,
        Func<IEnumerable<(string Workspace, AudiencesInForce InForce)>> definitions,
        TimeSpan settling,
        ILogger logger)
    {
        (_index, _definitions, _settling, _clock, _logger) = (index, definitions, settling, services.Clock, logger);
        _sweep = new DueSweep(index, actors, services.Clock);
        _fill = new AudienceFill(services.Journal, index, actors, services.Clock);
        _running =
        [
            Task.Run(() => RunAsync(SweepInterval, stop => _sweep.RunAsync(stop))),
            Task.Run(() => RunAsync(FillInterval, FillAsync)),
            Task.Run(() => RunAsync(TrimInterval, TrimAsync)),
        ];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task FillAsync(CancellationToken stop)
    {
        foreach (var (workspace, inForce) in _definitions())
        {
            var now = _clock.GetTimestamp();
            if (!_seen.TryGetValue(workspace, out var seen) || seen.Key != inForce.Key) _seen[workspace] = seen = (inForce.Key, now, false);
            if (seen.IsDone || _clock.GetElapsedTime(seen.SeenAt, now) < _settling) continue;
            // A workspace that never had a definition has nothing to be filled or dropped.
            if (inForce.IsEmpty && await _index.ReadProgressAsync(workspace, FillProgress.Work, stop) is null) continue;
            _seen[workspace] = seen with { IsDone = await _fill.StepAsync(workspace, inForce, stop) };
        }
    }

    private async Task TrimAsync(CancellationToken stop)
    {
        var beforeMs = (_clock.GetUtcNow() - FeedRetention).ToUnixTimeMilliseconds();
        while (await _index.TrimFeedAsync(beforeMs, TrimPage, stop) == TrimPage)
        {
        }
    }

    private async Task RunAsync(TimeSpan interval, Func<CancellationToken, Task> work)
    {
        using var timer = new PeriodicTimer(interval, _clock);
        try
        {
            do
            {
                try
                {
                    await work(_stop.Token);
                    if (Interlocked.Exchange(ref _isFailing, 0) != 0) LogWorks();
                }
                catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
                {
                    // The message is the store's own and holds no personal data.
                    if (Interlocked.Exchange(ref _isFailing, 1) == 0) LogFails(error.Message);
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested)
                {
                    return;
                }
#pragma warning disable CA1031 // One customer that cannot be judged must not end the upkeep of all.
                catch (Exception error)
#pragma warning restore CA1031
                {
                    // Its message may hold what a customer sent.
                    LogFault(error.GetType().Name, error.StackTrace);
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(Fails, LogLevel.Warning, "Audiences are not kept up for those whom nobody touches until the store can do it; reads stay right. {Reason}")]
    private partial void LogFails(string reason);

    [LoggerMessage(Works, LogLevel.Information, "Audiences are kept up again.")]
    private partial void LogWorks();

    [LoggerMessage(Fault, LogLevel.Error, "Looking at customers ended in {Exception} and goes on with the next look. {StackTrace}")]
    private partial void LogFault(string exception, string? stackTrace);
}
