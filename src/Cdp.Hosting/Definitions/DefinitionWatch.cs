using Cdp.Core.Definitions;
using Cdp.Core.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Hosting.Definitions;

/// <summary>
/// Looks once a second for definitions that other processes wrote. While the store cannot be read, what is known stays in force; the operator is told
/// once when that begins and once when it ends.
/// </summary>
/// <param name="feed">The definitions.</param>
/// <param name="clock">The clock of the looks.</param>
/// <param name="logger">Where the operator is told.</param>
internal sealed partial class DefinitionWatch(DefinitionFeed feed, TimeProvider clock, ILogger<DefinitionWatch> logger) : BackgroundService
{
    /// <summary>The time between two looks: how much later than the process that wrote it another one knows a definition.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>After so long every process knows a definition that one of them has written, unless it cannot read the store.</summary>
    public static readonly TimeSpan Settling = 3 * Interval;

    private const int ReadsFail = 3011;
    private const int ReadsWork = 3012;

    private bool _isFailing;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Of a host that could not start, such as for a port in use, this would be reported as a crash.
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            await feed.PollAsync(stoppingToken);
            if (_isFailing) LogWorks();
            _isFailing = false;
        }
        catch (JournalUnavailableException error)
        {
            // The message is the store's own and holds no personal data.
            if (!_isFailing) LogFails(error.Message);
            _isFailing = true;
        }
    }

    [LoggerMessage(ReadsFail, LogLevel.Warning, "Definitions that others write are not seen until the store can be read; those known stay in force. {Reason}")]
    private partial void LogFails(string reason);

    [LoggerMessage(ReadsWork, LogLevel.Information, "Definitions are read again.")]
    private partial void LogWorks();
}
