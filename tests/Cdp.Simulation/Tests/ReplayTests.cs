using System.Diagnostics;
using Cdp.Simulation.Plans;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Tests;

public sealed class ReplayTests
{
    [Fact]
    public void A_seed_tells_the_same_story_to_the_byte_twice()
    {
        for (var seed = 1; seed <= 100; seed++) Assert.Equal(Tell(seed).Text, Tell(seed).Text);
    }

    [Fact]
    public void Telling_the_story_changes_nothing()
    {
        for (var seed = 1; seed <= 100; seed++) Assert.Equal(Runner.Run(Plan.Of(seed)), Runner.Run(Plan.Of(seed), new Story()));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1_711)]
    public async Task Another_process_tells_the_same_story(int seed)
    {
        // Hash codes of strings differ between processes: what follows their order shows here.
        var start = new ProcessStartInfo("dotnet", [typeof(Runner).Assembly.Location, "--seed", $"{seed}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains(Tell(seed).Digest, said, StringComparison.Ordinal);
    }

    private static Story Tell(int seed)
    {
        var story = new Story();
        Runner.Run(Plan.Of(seed), story);
        return story;
    }
}
