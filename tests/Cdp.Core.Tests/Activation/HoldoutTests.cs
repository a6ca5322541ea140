using System.Globalization;
using Cdp.Core.Activation;
using Cdp.Core.Activation.State;
using Cdp.Core.Identity;
using Cdp.Core.Tests.Profiles;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Core.Tests.Activation;

/// <summary>The share that is held out: how large, and who.</summary>
public sealed class HoldoutTests(ITestOutputHelper output)
{
    private const int People = 20_000;

    private static readonly Occasion Bought = Kit.Event(0, "m1");
    private static readonly Profile Anybody = new();

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void It_is_as_large_as_it_should_be_for_every_seed_independently(double share)
    {
        var random = new Random(Seeds.Next(output));
        var plan = Plan(share, "a");
        var other = Plan(share, "b");
        var (held, both) = (0, 0);
        for (var i = 0; i < People; i++)
        {
            var facts = Facts(Any(random));
            var isHeld = IsHeld(plan, facts);
            held += isHeld ? 1 : 0;
            both += isHeld && IsHeld(other, facts) ? 1 : 0;
        }

        // Six standard deviations of a binomial: by chance once in five hundred million runs.
        Near(share, held);
        Near(share * share, both);

        void Near(double expected, int count) =>
            Assert.InRange(count / (double)People, expected - (6 * Math.Sqrt(expected * (1 - expected) / People)), expected + (6 * Math.Sqrt(expected * (1 - expected) / People)));
    }

    [Fact]
    public void The_older_one_never_changes_sides_by_a_merge_and_each_has_its_own_again_after_a_split()
    {
        var random = new Random(Seeds.Next(output));
        var plan = Plan(0.5, "a");
        for (var i = 0; i < 1_000; i++)
        {
            CustomerId[] streams = [.. Enumerable.Range(0, 4).Select(_ => Any(random)).Order()];
            var oldest = IsHeld(plan, Facts(streams[0]));

            // Whoever survives, and in whatever order the others came.
            foreach (var survivor in streams)
            {
                random.Shuffle(streams);
                Assert.Equal(oldest, IsHeld(plan, new(Anybody, survivor, streams, [])));
            }
        }
    }

    [Fact]
    public void Who_is_held_out_is_the_same_in_every_release()
    {
        var plan = Plan(0.5, "a");
        Assert.Equal("0011111010110100", string.Concat(Enumerable.Range(1, 16).Select(i => IsHeld(plan, Facts(Make.Stream(i))) ? 1 : 0)));
    }

    private static CustomerId Any(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new(new Guid(bytes));
    }

    private static ActivationFacts Facts(CustomerId id) => new(Anybody, id, [id], []);

    private static TriggerPlan Plan(double share, string seed) =>
        Kit.Plan(Kit.OnEvent("Bought", string.Create(CultureInfo.InvariantCulture, $$$"""{"holdout":{"share":{{{share}}},"seed":"{{{seed}}}"}}""")));

    private static bool IsHeld(TriggerPlan plan, ActivationFacts facts) =>
        ActivationPolicy.Decide(plan, [Bought], facts, ActivationState.Empty, Make.Start).Code() == DecisionCodes.Holdout;
}
