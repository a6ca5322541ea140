namespace Cdp.Storage.Postgres;

/// <summary>How long, and with which pauses, work is tried again of which nothing is durable.</summary>
internal sealed class Retries(TimeSpan within, TimeProvider time, Random random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();

    /// <summary>Now, as a timestamp of the clock.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>How long ago that was.</summary>
    public TimeSpan Elapsed(long since) => time.GetElapsedTime(since);

    /// <summary>Whether work that came then is not tried again.</summary>
    public bool IsOver(long since) => Elapsed(since) > within;

    /// <summary>A pause that grows with the tries, and differs between processes that failed together.</summary>
    /// <param name="tries">How many have failed, from 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task PauseAsync(int tries, CancellationToken cancellationToken = default)
    {
        var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(tries - 1, 20), LastPause.Ticks));
        lock (gate) pause *= 0.5 + random.NextDouble();
        return Task.Delay(pause, time, cancellationToken);
    }

    /// <summary>Runs work again and again until it is done, fails for good, or the bound is over.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var since = Now;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await work();
            }
            catch (Exception e) when (PostgresErrors.IsTransient(e) && !IsOver(since))
            {
                await PauseAsync(tries);
            }
        }
    }
}
