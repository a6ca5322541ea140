using Cdp.Testing.Engine;
using Xunit.Abstractions;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>Many writers, merges that cross, and a store that fails.</summary>
public sealed class ConcurrencyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0.1)]
    [InlineData(3, 0.3)]
    public async Task Links_in_any_order_end_in_the_union_of_all_links(int seed, double faultRatio)
    {
        output.WriteLine($"seed {seed}, faults {faultRatio}");
        var storm = new LinkStorm(seed, faultRatio);
        var kit = new EngineKit(storm.Journal, rules: LinkStorm.Rules, clock: TimeProvider.System, seed: seed);
        await storm.RunAsync(kit.Grid);
    }
}
