using Cdp.Core.Actors;
using Cdp.Core.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Grains.Customers;

/// <summary>
/// Compares the customers that are read in this silo's memory with the store. While silos come and go, Orleans' directory may let a customer be active on
/// two of them and not find out: of what is written on the one, the other hears when it writes itself, and who is only read never does. So whoever is
/// behind the store leaves memory, and the next call goes where the directory says.
/// </summary>
internal sealed partial class StaleCheck(ActiveCustomers customers, ActorServices services, CdpGrainsOptions options, ILogger<StaleCheck> log) : BackgroundService
{
    private const int BatchSize = 1_000;

    // What is durable is in memory a moment later.
    private static readonly TimeSpan s_underWay = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.CompareEvery is not { } interval) return;
        using var timer = new PeriodicTimer(interval, services.Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CompareAsync(stoppingToken);
            }
            catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException)
            {
                // While the store is away nothing new is acknowledged anywhere. Whoever is read again is compared again.
            }
#pragma warning disable CA1031 // Whatever it is, readers need the next comparison more than an end of the silo.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFault(error.GetType().Name);
            }
        }
    }

    /// <summary>Compares everybody who was read since the last time.</summary>
    /// <returns>How many were behind, and leave memory.</returns>
    public async Task<int> CompareAsync(CancellationToken cancellationToken = default)
    {
        List<(CustomerGrain Grain, long Version)> behind = [];
        foreach (var workspace in customers.TakeShown().GroupBy(g => g.Key.Workspace, StringComparer.Ordinal))
        {
            foreach (var batch in workspace.Chunk(BatchSize))
            {
                var versions = await services.Journal.VersionsAsync(workspace.Key, [.. batch.Select(g => g.Key.Id)], cancellationToken);
                behind.AddRange(batch.Zip(versions).Where(p => p.First.Version < p.Second).Select(p => (p.First, p.Second)));
            }
        }

        if (behind.Count == 0) return 0;
        await Task.Delay(s_underWay, services.Clock, cancellationToken);
        var left = behind.Where(b => b.Grain.Version < b.Version).ToList();
        foreach (var (grain, _) in left) grain.GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "The store is ahead of it."), CancellationToken.None);
        if (left.Count > 0) LogLeft(left.Count);
        return left.Count;
    }

    [LoggerMessage(3041, LogLevel.Warning, "{Count} customers were behind the store and are loaded again: they were active on two silos.")]
    private partial void LogLeft(int count);

    [LoggerMessage(3042, LogLevel.Error, "Comparing customers with the store failed with {Error}; it is tried again.")]
    private partial void LogFault(string error);
}
