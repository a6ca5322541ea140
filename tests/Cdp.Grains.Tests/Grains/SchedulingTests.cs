using Cdp.Client.Messages;
using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Grains.Tests.Support;
using Cdp.Testing.Journal;

namespace Cdp.Grains.Tests.Grains;

/// <summary>One call at a time per customer; reads interleave; and all of it over two silos.</summary>
public sealed class SchedulingTests : IAsyncLifetime
{
    private static readonly Identifier s_anchor = new("user_id", "u1");

    private readonly GatedJournal _journal = new();
    private TestSilo _near = null!;
    private TestSilo _far = null!;
    private CustomerId _id;

    public async Task InitializeAsync()
    {
        _near = await TestSilo.StartAsync(_journal);
        _far = await TestSilo.StartAsync(_journal, _near);
        _id = await _near.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""", 1);
    }

    public async Task DisposeAsync()
    {
        await _far.DisposeAsync();
        await _near.DisposeAsync();
    }

    [Fact]
    public async Task A_second_apply_waits_until_the_first_is_durable()
    {
        var grain = _near.Customer(_id);
        _journal.Close();
        var first = grain.ApplyAsync(Apply("a", 2)).AsTask();
        await _journal.Waiting;
        var second = grain.ApplyAsync(Apply("b", 3)).AsTask();
        // A read that was sent later is answered, so the second apply has arrived.
        await grain.TryReadAsync(default);
        Assert.Equal(1, _journal.AtTheGate);

        _journal.Open();
        Assert.Equal(CallStatus.Done, (await first).Status);
        Assert.Equal(CallStatus.Done, (await second).Status);
        Assert.Equal(3, (await _near.Grid.ReadAsync(_id)).EventCount());
    }

    [Fact]
    public async Task Reads_from_every_silo_go_past_a_write_and_answer_what_is_committed()
    {
        await _near.Grid.ReadAsync(_id);
        _journal.Close();
        var write = _near.Customer(_id).ApplyAsync(Apply("a", 2)).AsTask();
        await _journal.Waiting;

        Assert.Equal(1, (await _near.Grid.ReadAsync("user_id", "u1")).EventCount());
        Assert.Equal(1, (await _far.Grid.ReadAsync("user_id", "u1")).EventCount());

        _journal.Open();
        await write;
        Assert.Equal(2, (await _near.Grid.ReadAsync("user_id", "u1")).EventCount());
        Assert.Equal(2, (await _far.Grid.ReadAsync("user_id", "u1")).EventCount());
    }

    [Fact]
    public async Task Events_of_one_request_keep_their_order()
    {
        var events = Enumerable.Range(0, 50).Select(i => GridExtensions.Event(
            i % 3 == 0 ? """{"type":"track","event":"x","userId":"u1"}""" : """{"type":"track","event":"x","userId":"u1","anonymousId":"c"}""", 10, $"e{i:00}"));

        var outcomes = await _far.Grid.IngestAsync("shop", [.. events]);

        Assert.All(outcomes, o => Assert.Equal((EventStatus.Applied, _id), (o.Status, o.Profile)));
        // Of the same event time, the newest version comes first.
        var page = await _near.Grid.TimelineAsync("shop", new(_id, null), 50, null, null);
        Assert.Equal(Enumerable.Range(0, 50).Reverse().Select(i => $"e{i:00}"), page!.Events.Select(e => e.MessageId));
    }

    [Fact]
    public async Task A_held_customer_holds_back_work_of_every_silo_until_it_is_released()
    {
        var (near, far) = (_near.Actors.Customer("shop", _id), _far.Actors.Customer("shop", _id));
        var token = new HoldToken(Guid.NewGuid());

        var held = await far.HoldAsync(token, 0);
        Assert.Equal((CallStatus.Done, 1), (held.Status, held.Value!.Own.Seen.Entries.Count));
        Assert.Equal(CallStatus.Busy, (await near.HoldAsync(new(Guid.NewGuid()), 0)).Status);
        Assert.Equal(CallStatus.Busy, (await near.ApplyAsync([Event("a", 2)], 0, new(s_anchor))).Status);
        Assert.Equal(_id, (await near.ReadAsync(new(s_anchor))).Value!.Id);

        await near.ReleaseAsync(token, null, reload: false);
        Assert.Equal(CallStatus.Done, (await far.ApplyAsync([Event("a", 2)], 0, new(s_anchor))).Status);
    }

    [Fact]
    public async Task A_held_state_is_a_copy_also_on_the_customers_own_silo()
    {
        var silo = _near.Has(_id) ? _near : _far;
        var customer = silo.Actors.Customer("shop", _id);
        var held = (await customer.HoldAsync(new HoldToken(Guid.NewGuid()), 0)).Value!;

        held.Evolve(held.Version + 1, Event("stranger", 9));

        Assert.Equal(1, (await customer.ReadAsync(default)).Value.EventCount());
    }

    private static ApplyRequest Apply(string messageId, double at) => new([Event(messageId, at)], new(s_anchor));

    private static Core.Events.CustomerEvent Event(string messageId, double at) =>
        GridExtensions.Event("""{"type":"track","event":"x","userId":"u1"}""", at, messageId);
}
