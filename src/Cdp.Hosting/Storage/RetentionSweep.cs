using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Hosting.Storage;

/// <summary>
/// Every hour removes raw events that are older than their workspace keeps them, and gives much free space back. First the state of their stream is
/// saved, so that their effect stays.
/// </summary>
internal sealed class RetentionSweep : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private const int Page = 256;

    // Free pages are used again first; only what retention and erasures leave over for long goes back to the file system.
    private const long MinFreeBytes = 64 << 20;

    private readonly OpenJournal _journal;
    private readonly Func<IReadOnlyDictionary<string, TimeSpan>> _retention;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RetentionSweep(OpenJournal journal, Func<IReadOnlyDictionary<string, TimeSpan>> retention, TimeProvider clock)
    {
        (_journal, _retention, _clock) = (journal, retention, clock);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Removes what is too old in one workspace.</summary>
    /// <returns>How many events were removed.</returns>
    public static async Task<long> TrimAsync(
        IJournal journal, IJournalMaintenance maintenance, string workspace, long beforeMs, CancellationToken cancellationToken = default)
    {
        var removed = 0L;
        CustomerId? after = null;
        while (true)
        {
            var candidates = await maintenance.TrimCandidatesAsync(workspace, beforeMs, after, Page, cancellationToken);
            foreach (var (stream, _) in candidates)
            {
                if (await TryLoadAsync(journal, workspace, stream, cancellationToken) is { } state)
                {
                    await journal.SaveSnapshotsAsync(workspace, [new(stream, state.Version, StateCodec.Write(state))], cancellationToken);
                    removed += await maintenance.TrimAsync(workspace, stream, beforeMs, cancellationToken);
                }
            }

            if (candidates.Count < Page) return removed;
            after = candidates[^1].Stream;
        }
    }

    /// <summary>A state, null when it cannot be read now: erased while it was read, say, or of a newer release. One stream must not end retention.</summary>
    private static async ValueTask<CustomerState?> TryLoadAsync(IJournal journal, string workspace, CustomerId stream, CancellationToken cancellationToken)
    {
        try
        {
            return await StateLoader.LoadAsync(journal, workspace, stream, null, cancellationToken);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or KeyNotFoundException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, _clock);
        try
        {
            do
            {
                try
                {
                    foreach (var (workspace, keep) in _retention())
                        await TrimAsync(_journal.Journal, _journal.Maintenance, workspace, (_clock.GetUtcNow() - keep).ToUnixTimeMilliseconds(), _stop.Token);
                    var sizes = await _journal.Maintenance.SizesAsync(_stop.Token);
                    if (sizes.FreeBytes > Math.Max(MinFreeBytes, sizes.FileBytes / 8)) await _journal.Maintenance.VacuumAsync(_stop.Token);
                }
                catch (Exception error) when (error is JournalUnavailableException or JournalOverloadedException or UnknownCommitOutcomeException)
                {
                    // The next sweep comes back to it.
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }
}
