using Cdp.Grains.Tests.Support;
using Cdp.Testing.Engine;
using Xunit.Abstractions;

namespace Cdp.Grains.Tests.Grains;

/// <summary>Merges of customers that are active on different silos.</summary>
public sealed class MergeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(11, 0)]
    [InlineData(12, 0.2)]
    public async Task Links_in_any_order_over_two_silos_end_in_the_union_of_all_links(int seed, double faultRatio)
    {
        output.WriteLine($"seed {seed}, faults {faultRatio}");
        var storm = new LinkStorm(seed, faultRatio);
        await using var first = await TestSilo.StartAsync(storm.Journal, rules: LinkStorm.Rules);
        await using var second = await TestSilo.StartAsync(storm.Journal, first, rules: LinkStorm.Rules);

        await storm.RunAsync(first.Grid, second.Grid);

        Assert.True(first.Customers.Count > 0 && second.Customers.Count > 0, $"{first.Customers.Count} and {second.Customers.Count} customers: one silo did it alone.");
    }

    [Fact]
    public async Task Two_silos_that_both_believe_that_they_own_every_customer_lose_and_double_nothing()
    {
        // Two clusters over one store: every customer and identifier is active twice, for as long as it lasts.
        var storm = new LinkStorm(13, 0.1);
        await using var first = await TestSilo.StartAsync(storm.Journal, rules: LinkStorm.Rules);
        await using var second = await TestSilo.StartAsync(storm.Journal, rules: LinkStorm.Rules);

        await storm.WriteAsync(first.Grid, second.Grid);

        // A reader of one of them sees the other's writes once its actors have met a conflict or were let go: here they start anew.
        await using var third = await TestSilo.StartAsync(storm.Journal, rules: LinkStorm.Rules);
        await storm.CheckAsync(third.Grid);
    }
}
