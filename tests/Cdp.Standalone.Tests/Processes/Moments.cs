namespace Cdp.Standalone.Tests.Processes;

/// <summary>A moment in the life of another process, which nothing in this one can announce.</summary>
internal static class Moments
{
    public static async Task AfterAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
