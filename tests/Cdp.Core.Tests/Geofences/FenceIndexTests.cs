using Cdp.Core.Geofences;
using Cdp.Core.Geofences.Geometry;
using Cdp.Core.Geofences.Index;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Core.Tests.Geofences;

public sealed class FenceIndexTests(ITestOutputHelper output)
{
    [Fact]
    public void The_index_finds_what_a_look_at_every_fence_finds_through_adds_replacements_and_removals()
    {
        var seed = Seeds.Next(output);
        for (var round = 0; round < 12; round++)
        {
            var random = new RandomFences(seed + round);
            var index = FenceIndex.Empty;
            Dictionary<string, Fence> model = [];
            for (var step = 0; step < 60; step++)
            {
                switch (random.Random.Next(4))
                {
                    case 0:
                        var many = Enumerable.Range(0, random.Random.Next(1, 40)).Select(_ => random.Next($"f{random.Random.Next(200)}")).ToArray();
                        string[] gone = [$"f{random.Random.Next(200)}", $"f{random.Random.Next(200)}"];
                        index = index.Change(many, gone);
                        foreach (var id in gone) model.Remove(id);
                        foreach (var fence in many) model[fence.Id] = fence;
                        break;
                    case 1:
                        var removed = $"f{random.Random.Next(200)}";
                        index = index.Without(removed);
                        model.Remove(removed);
                        break;
                    default:
                        var one = random.Next($"f{random.Random.Next(200)}");
                        index = index.With(one);
                        model[one.Id] = one;
                        break;
                }

                Compare(index, model, random);
            }
        }
    }

    [Fact]
    public void A_reader_keeps_the_index_that_it_has()
    {
        var first = FenceIndex.Empty.With(Fences.Circle("a", 59, 10, 100));
        var second = first.With(Fences.Circle("a", -59, 10, 100)).With(Fences.Circle("b", 59, 10, 100));
        Assert.Equal(["a"], Containing(first, new(59, 10)).Select(f => f.Id));
        Assert.Equal(["b"], Containing(second, new(59, 10)).Select(f => f.Id));
        Assert.Equal((1, 2), (first.Count, second.Count));
        Assert.Same(second, second.Without("c"));
    }

    [Fact]
    public void Without_all_fences_it_is_as_empty_as_at_first()
    {
        var random = new RandomFences(3);
        var fences = Enumerable.Range(0, 300).Select(i => random.Next($"f{i}")).ToArray();
        var index = FenceIndex.Empty.Change(fences, []).Change([], fences.Select(f => f.Id));
        Assert.Equal((0, 0), (index.Count, index.CrossCount));
        Assert.Empty(index.Fences);
        Assert.Empty(Containing(index, new(0, 0)));
    }

    private static void Compare(FenceIndex index, Dictionary<string, Fence> model, RandomFences random)
    {
        Assert.Equal(model.Count, index.Count);
        Assert.Equal(model.Values.Count(f => f.Emits(FenceEvents.Cross)), index.CrossCount);
        for (var i = 0; i < 20; i++)
        {
            var at = random.NextPosition();
            Assert.Equal(model.Values.Where(f => f.Contains(at)).Select(f => f.Id).Order(), Containing(index, at).Select(f => f.Id).Order());
        }

        var (from, to) = (random.NextPosition(), random.NextPosition());
        var meters = Math.Pow(10, random.Random.NextDouble() * 6);
        List<Fence> near = [], met = [];
        index.FindWithin(from, meters, near);
        Assert.Equal(model.Values.Where(f => f.MetersTo(from) <= meters).Select(f => f.Id).Order(), near.Select(f => f.Id).Order());
        if (Math.Abs(from.Latitude) > 80 || Math.Abs(to.Latitude) > 80) return;
        index.FindMetBy(new(from), new(to), met);
        Assert.Equal(model.Values.Where(f => f.Shape.IsMetBy(new(from), new(to))).Select(f => f.Id).Order(), met.Select(f => f.Id).Order());
    }

    private static List<Fence> Containing(FenceIndex index, Position at)
    {
        List<Fence> found = [];
        index.FindContaining(at, found);
        return found;
    }
}
