using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Grains.Tests.Support;
using Cdp.Testing.Journal;
using Cdp.Testing.Waiting;

namespace Cdp.Grains.Tests.Grains;

/// <summary>What a caller is told when the silo that it called is lost, or does not answer.</summary>
public sealed class LostSiloTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly CdpGrainsOptions s_impatient = new() { ResponseTimeout = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_call_without_an_answer_ends_in_a_status_and_never_in_an_exception()
    {
        var journal = new GatedJournal();
        await using var silo = await TestSilo.StartAsync(journal, options: s_impatient);
        var id = await silo.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""", 1);
        var customer = silo.Actors.Customer("shop", id);
        var anchor = new Via(new Identifier("user_id", "u1"));
        journal.Close();
        var write = customer.ApplyAsync([GridExtensions.Event("""{"type":"track","event":"x","userId":"u1"}""", 2, "slow")], 0, anchor);

        Assert.Equal(CallStatus.Unavailable, (await write).Status);
        Assert.Equal(CallStatus.Unavailable, (await customer.DescribeAsync(0, 0)).Status);
        Assert.Equal(CallStatus.Unavailable, (await customer.HoldAsync(new(Guid.NewGuid()), 0)).Status);
        Assert.Equal(CallStatus.Unavailable, (await customer.PatchAsync(anchor, new PatchedRecord(new Origin(1, 0, "p", "api"), "{}"u8.ToArray()))).Status);
        Assert.Equal(CallStatus.Unavailable, (await customer.EraseAsync(anchor, false)).Status);
        await customer.ReleaseAsync(new(Guid.NewGuid()), null, reload: true);
        // It is read all the same: reads go past what waits.
        Assert.Equal(1, (await customer.ReadAsync(anchor)).Value.EventCount());
        journal.Open();

        // What was told to be unknown was carried out.
        await Eventually.TrueAsync("what waits is through", s_patience, async () => (await silo.Grid.ReadAsync(id)).EventCount() == 2);
    }

    [Fact]
    public async Task An_event_that_got_no_answer_is_counted_once_when_it_is_sent_again()
    {
        var journal = new GatedJournal();
        await using var silo = await TestSilo.StartAsync(journal, options: s_impatient);
        var id = await silo.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""", 1);
        journal.Close();
        Task<EventOutcome> Send() => silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u1"}""", 2, "slow");

        var first = await Send();
        Assert.Equal(EventStatus.Failed, first.Status);
        journal.Open();

        await Eventually.TrueAsync("the event is in", s_patience, async () => (await Send()).Status == EventStatus.Duplicate);
        Assert.Equal(2, (await silo.Grid.ReadAsync(id)).EventCount());
    }

    [Fact]
    public async Task A_killed_silo_takes_nothing_with_it_that_was_acknowledged()
    {
        var journal = new InMemoryJournal();
        await using var stays = await TestSilo.StartAsync(journal);
        await using var dies = await TestSilo.StartAsync(journal, stays);
        var acknowledged = new Dictionary<string, int>();
        var ids = new List<CustomerId>();
        for (var i = 0; i < 60; i++)
        {
            ids.Add(await stays.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"u{{i}}"}""", i));
            acknowledged[$"u{i}"] = 1;
        }

        Assert.Contains(ids, dies.Has);
        var killed = dies.KillAsync();

        // As a client does: again until it is acknowledged.
        for (var i = 0; i < 60; i++)
        {
            var user = $"u{i}";
            await Eventually.TrueAsync(
                $"{user} takes events",
                s_patience,
                async () => (await stays.Grid.SendAsync($$"""{"type":"track","event":"x","userId":"{{user}}"}""", 100, $"again-{user}")).Status is EventStatus.Applied or EventStatus.Duplicate);
            acknowledged[user]++;
        }

        await killed;
        foreach (var (user, count) in acknowledged) Assert.Equal(count, (await stays.Grid.ReadAsync("user_id", user)).EventCount());
    }

    [Fact]
    public async Task A_merge_whose_router_is_lost_after_the_holds_is_made_by_the_next_event()
    {
        var clock = new Cdp.Testing.Time.FakeClock();
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal(), clock: clock);
        var older = await silo.Grid.CreateAsync("""{"type":"page","anonymousId":"old","context":{"device":{"id":"o"}}}""", 1);
        var younger = await silo.Grid.CreateAsync("""{"type":"page","anonymousId":"new","context":{"device":{"id":"d"}}}""", 2);
        foreach (var id in (CustomerId[])[older, younger]) Assert.Equal(CallStatus.Done, (await silo.Actors.Customer("shop", id).HoldAsync(new(Guid.NewGuid()), 0)).Status);

        clock.Advance(CustomerActor.HoldTimeout);

        var merging = silo.Grid.SendAsync("""{"type":"track","event":"x","anonymousId":"old","context":{"device":{"id":"d"}}}""", 3);
        await Eventually.TrueAsync("the merge is made", s_patience, () =>
        {
            // The router's pauses are on this clock.
            clock.Advance(TimeSpan.FromMilliseconds(50));
            return merging.IsCompleted;
        });
        Assert.Equal(older, (await merging).Profile);
        Assert.Equal(older, (await silo.Grid.ReadAsync(younger))!.Id);
    }
}
