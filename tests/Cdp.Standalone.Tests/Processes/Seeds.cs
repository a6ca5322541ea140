using System.Globalization;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>A seed per run, printed; <c>CDP_SEED</c> repeats one.</summary>
internal static class Seeds
{
    public static int Next(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CDP_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        output.WriteLine($"Seed {seed}; repeat it with CDP_SEED={seed}.");
        return seed;
    }
}

/// <summary>A moment in the life of another process, which nothing in this one can announce.</summary>
internal static class Moments
{
    public static async Task AfterAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
