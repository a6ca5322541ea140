using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Testing.Journal;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>Two hosts over one store, each with an activation of the same customers: whatever one has in memory, the store decides. Found by the simulator.</summary>
public sealed class TwoHostsTests
{
    private readonly InMemoryJournal _journal = new();
    private readonly EngineKit _one;
    private readonly EngineKit _other;

    public TwoHostsTests()
    {
        _one = new EngineKit(_journal, clock: TimeProvider.System);
        _other = new EngineKit(_journal, clock: TimeProvider.System, seed: 2);
    }

    [Fact]
    public async Task An_identifier_that_the_other_host_linked_is_found_by_the_one_whose_memory_is_older()
    {
        var first = await _one.SendAsync("""{"type":"page","anonymousId":"a"}""", 1, messageId: "m1");
        await _other.SendAsync("""{"type":"page","anonymousId":"a","context":{"device":{"id":"d"}}}""", 2, messageId: "m2");

        var later = await _one.SendAsync("""{"type":"page","context":{"device":{"id":"d"}}}""", 3, messageId: "m3");

        Assert.Equal((EventStatus.Applied, first.Profile), (later.Status, later.Profile));
        Assert.Equal(3, (await _one.ProfileAsync("device_id", "d")).EventCount());
    }

    [Fact]
    public async Task A_read_by_it_finds_it_as_well()
    {
        await _one.SendAsync("""{"type":"page","anonymousId":"a"}""", 1, messageId: "m1");
        await _other.SendAsync("""{"type":"page","anonymousId":"a","context":{"device":{"id":"d"}}}""", 2, messageId: "m2");

        Assert.Equal(2, (await _one.ProfileAsync("device_id", "d")).EventCount());
    }

    [Fact]
    public async Task A_merge_succeeds_with_a_loser_that_is_behind_the_store()
    {
        await _one.SendAsync("""{"type":"page","anonymousId":"a"}""", 1, messageId: "m1");
        await _one.SendAsync("""{"type":"page","anonymousId":"b"}""", 2, messageId: "m2");
        await _other.SendAsync("""{"type":"page","anonymousId":"b"}""", 3, messageId: "m3");

        var merged = await _one.SendAsync("""{"type":"page","anonymousId":"a","context":{"externalIds":[{"type":"loyalty","id":"l","collection":"users"}]}}""", 4, messageId: "m4");
        merged = await _one.SendAsync("""{"type":"page","anonymousId":"b","context":{"externalIds":[{"type":"loyalty","id":"l","collection":"users"}]}}""", 5, messageId: "m5");

        Assert.Equal(EventStatus.Applied, merged.Status);
        Assert.Equal(5, (await _one.ProfileAsync("anonymous_id", "a")).EventCount());
    }

    [Fact]
    public async Task An_identifier_that_comes_to_a_participant_before_it_is_held_is_planned_again()
    {
        var between = new BetweenLookUpAndHold(_journal);
        var kit = new EngineKit(between, clock: TimeProvider.System, seed: 3);
        await kit.SendAsync("""{"type":"page","userId":"u1"}""", 1, messageId: "m1");
        await kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 2, messageId: "m2");
        between.Once = () => kit.SendAsync(
            """{"type":"page","anonymousId":"a","context":{"externalIds":[{"type":"loyalty","id":"l","collection":"users"}]}}""", 3, messageId: "m3");

        var outcome = await kit.SendAsync(
            """{"type":"page","userId":"u1","anonymousId":"a","context":{"externalIds":[{"type":"loyalty","id":"l","collection":"users"}]}}""", 4, messageId: "m4");

        Assert.Equal(EventStatus.Applied, outcome.Status);
        Assert.Equal(4, (await kit.ProfileAsync("loyalty", "l")).EventCount());
    }

    /// <summary>Lets something happen once, right after a look-up of several owners has been answered.</summary>
    private sealed class BetweenLookUpAndHold(IJournal inner) : DelegatingJournal(inner)
    {
        public Func<Task<EventOutcome>>? Once { get; set; }

        public override async ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
            string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default)
        {
            var owners = await base.OwnersAsync(workspace, identifiers, cancellationToken);
            if (identifiers.Count < 3 || Once is not { } once) return owners;
            Once = null;
            Assert.Equal(EventStatus.Applied, (await once()).Status);
            return owners;
        }
    }
}
