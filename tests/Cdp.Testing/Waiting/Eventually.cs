using System.Diagnostics;

namespace Cdp.Testing.Waiting;

/// <summary>Waits for something that another process or thread does, by looking, for a bounded time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until it is so.</summary>
    /// <param name="name">What is waited for; the failure names it.</param>
    /// <param name="timeout">For how long.</param>
    /// <param name="probe">Whether it is so now.</param>
    /// <exception cref="TimeoutException">It was not so in time.</exception>
    public static async Task TrueAsync(string name, TimeSpan timeout, Func<Task<bool>> probe)
    {
        var start = Stopwatch.GetTimestamp();
        using var looks = new PeriodicTimer(Interval);
        while (!await probe())
        {
            if (Stopwatch.GetElapsedTime(start) > timeout) throw new TimeoutException($"Not within {timeout.TotalSeconds:0.#} s: {name}.");
            await looks.WaitForNextTickAsync();
        }
    }

    /// <summary>Looks until it is so.</summary>
    /// <param name="name">What is waited for; the failure names it.</param>
    /// <param name="timeout">For how long.</param>
    /// <param name="probe">Whether it is so now.</param>
    /// <exception cref="TimeoutException">It was not so in time.</exception>
    public static Task TrueAsync(string name, TimeSpan timeout, Func<bool> probe) => TrueAsync(name, timeout, () => Task.FromResult(probe()));
}
