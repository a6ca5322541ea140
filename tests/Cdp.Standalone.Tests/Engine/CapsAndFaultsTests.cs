using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Testing.Time;

namespace Cdp.Standalone.Tests.Engine;

public sealed class CapsAndFaultsTests
{
    [Fact]
    public async Task Trait_names_beyond_the_cap_are_left_out_with_a_reason_and_known_ones_still_change()
    {
        var kit = new EngineKit();
        for (var i = 0; i < ProfilePart.MaxTraits / 300; i++) await SendAsync(kit, i * 300, 300, i);
        var over = await kit.SendAsync("""{"type":"identify","userId":"u","traits":{"t1":"new","one_too_many":1}}""", 100);

        Assert.Equal(EventStatus.Applied, over.Status);
        Assert.Contains(over.Reasons, r => r.Code == ReasonCodes.TraitCapReached);
        var profile = await kit.ProfileAsync("user_id", "u");
        Assert.Equal(("new", null), (profile.Trait("t1"), profile.Trait("one_too_many")));
        kit.Restart();
        Assert.Equal(profile!.Value.ToString(), (await kit.ProfileAsync("user_id", "u"))!.Value.ToString());
    }

    [Fact]
    public async Task A_customer_that_cannot_be_read_fails_its_own_events_only()
    {
        var journal = new InMemoryJournal();
        var kit = new EngineKit(journal);
        var broken = (await kit.SendAsync("""{"type":"identify","userId":"broken"}""", 1)).Profile!.Value;
        // A record of a format that this release does not know, as a newer one may leave behind.
        await journal.CommitAsync(new(EngineKit.Workspace, [new(broken, 2, [new(RecordKind.Decided, 0, """{"v":99}"""u8.ToArray())])], []));
        kit.Restart();

        var outcomes = await kit.Grid.IngestAsync(
            EngineKit.Workspace, [kit.Event("""{"type":"identify","userId":"broken"}""", 2), kit.Event("""{"type":"identify","userId":"well"}""", 2)]);

        Assert.Equal([EventStatus.Failed, EventStatus.Applied], outcomes.Select(o => o.Status));
    }

    [Fact]
    public void Ids_grow_within_a_millisecond_and_when_the_clock_steps_back()
    {
        var clock = new FakeClock();
        var ids = new IdSource(clock, new Random(1));
        var made = Enumerable.Range(0, 10_000).Select(_ => ids.NewUuid7()).ToList();
        var earlier = new IdSource(new FakeClock(clock.GetUtcNow().AddSeconds(-5)), new Random(2));
        Assert.True(earlier.NewUuid7().CompareTo(made[0]) < 0);
        Assert.Equal(made, made.Order());
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.All(made, id => Assert.Equal((7, 8), (id.Version, id.Variant & 0xC)));

        // Who came when says nothing of the place in a sample: of those in the lower half of the keys, about half came in the first half.
        var keys = made.Select(m => SampleKeys.Of(new CustomerId(m))).ToList();
        var lower = keys.Take(5_000).Count(k => k < (5UL << 61));
        Assert.InRange(lower, 2_300, 2_700);
        Assert.InRange(keys.Zip(keys.Skip(1)).Count(p => p.First < p.Second), 4_700, 5_300);
        Assert.Equal(made.Select(m => m.ToString()), made.Select(m => m.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Entries_that_move_in_take_their_place_in_time()
    {
        var window = new MessageWindow();
        var (own, moved) = (new Identifier("user_id", "a"), new Identifier("anonymous_id", "b"));
        window.Add(new(1, 1_000, own));
        window.Add(new(2, 5_000, own));
        window.AddAll([new(3, 2_000, moved), new(1, 3_000, moved)]);
        Assert.Equal([1, 3, 2], window.Entries.Select(e => (int)e.Hash));
    }

    private static Task<EventOutcome> SendAsync(EngineKit kit, int first, int count, double at)
    {
        var traits = string.Join(',', Enumerable.Range(first, count).Select(i => $"\"t{i}\":{i}"));
        return kit.SendAsync($$"""{"type":"identify","userId":"u","traits":{ {{traits}} } }""", at);
    }
}
