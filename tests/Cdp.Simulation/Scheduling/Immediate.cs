namespace Cdp.Simulation.Scheduling;

/// <summary>Results of calls that never wait, such as those of the journal in memory.</summary>
internal static class Immediate
{
    public static T Now<T>(this ValueTask<T> call) => call.AsTask() is { IsCompleted: true } done ? done.GetAwaiter().GetResult() : throw Waits();

    public static void Now(this ValueTask call)
    {
        if (call.AsTask() is not { IsCompleted: true } done) throw Waits();
        done.GetAwaiter().GetResult();
    }

    private static InvalidOperationException Waits() => new("A call that never waits did.");
}
