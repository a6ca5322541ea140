using System.Globalization;
using Xunit.Abstractions;

namespace Cdp.Testing;

/// <summary>A seed per run, printed; <c>CDP_SEED</c> repeats one.</summary>
public static class Seeds
{
    /// <summary>Draws one, or takes the given one, and says so.</summary>
    public static int Next(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CDP_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        output.WriteLine($"Seed {seed}; repeat it with CDP_SEED={seed}.");
        return seed;
    }
}
