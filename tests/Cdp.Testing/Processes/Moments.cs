namespace Cdp.Testing.Processes;

/// <summary>A moment in the life of another process, which nothing in this one can announce.</summary>
public static class Moments
{
    public static async Task AfterAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
