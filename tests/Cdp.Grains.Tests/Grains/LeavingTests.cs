using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Grains.Identifiers;
using Cdp.Grains.Tests.Support;
using Cdp.Testing.Waiting;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Grains.Tests.Grains;

/// <summary>Customers and identifiers that leave memory.</summary>
public sealed class LeavingTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_leaves_memory_comes_back_exactly_the_same()
    {
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal());
        var id = await silo.Grid.CreateAsync("""{"type":"identify","userId":"u1","anonymousId":"c","traits":{"email":"a@b.example"}}""", 1);
        await silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u1"}""", 2);
        var before = (await silo.Grid.ReadAsync(id))!.Json;

        await LeaveAsync(silo, id);

        Assert.Equal(before, (await silo.Grid.ReadAsync(id))!.Json);
        Assert.Equal(before, (await silo.Grid.ReadAsync("email", "a@b.example"))!.Json);
    }

    [Fact]
    public async Task A_retry_after_the_customer_has_left_is_still_known()
    {
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal());
        var id = await silo.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1","messageId":"once"}""", 1);
        await LeaveAsync(silo, id);

        Assert.Equal(Core.Grid.EventStatus.Duplicate, (await silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u1","messageId":"once"}""", 1)).Status);
    }

    [Fact]
    public async Task A_customer_whose_next_load_would_be_long_offers_a_snapshot_when_it_leaves()
    {
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal());
        var text = new string('x', 10_000);
        var id = await silo.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"u1","properties":{"text":"{{text}}"} }""", 1);
        Assert.Empty(silo.Snapshots.Offers);

        await LeaveAsync(silo, id);

        Assert.Equal(id, Assert.Single(silo.Snapshots.Offers).Snapshot.Stream);
    }

    [Fact]
    public async Task A_snapshot_that_is_due_is_offered_without_a_call()
    {
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal());
        var text = new string('x', 20_000);
        var id = await silo.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"u1","properties":{"text":"{{text}}"} }""", 1);
        for (var i = 2; i < 6; i++) await silo.Grid.SendAsync($$"""{"type":"track","event":"x","userId":"u1","properties":{"text":"{{text}}"} }""", i);

        await Eventually.TrueAsync("a snapshot is offered", s_patience, () => silo.Snapshots.Offers.Count > 0);
        Assert.Equal(id, silo.Snapshots.Offers[0].Snapshot.Stream);
    }

    [Fact]
    public async Task A_silo_that_stops_hands_its_customers_over()
    {
        var journal = new InMemoryJournal();
        await using var stays = await TestSilo.StartAsync(journal);
        await using var goes = await TestSilo.StartAsync(journal, stays);
        var ids = new List<CustomerId>();
        for (var i = 0; i < 40; i++) ids.Add(await stays.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"u{{i}}"}""", i));
        Assert.Contains(ids, goes.Has);

        await goes.StopAsync();

        for (var i = 0; i < 40; i++)
        {
            await stays.Grid.SendAsync($$"""{"type":"track","event":"x","userId":"u{{i}}"}""", 100);
            var read = await stays.Grid.ReadAsync("user_id", $"u{i}");
            Assert.Equal((ids[i], 2L), (read!.Id, read.EventCount()));
        }
    }

    [Fact]
    public async Task Beyond_their_bounds_the_longest_unused_leave()
    {
        var options = new CdpGrainsOptions { MaxActiveCustomers = 10, MaxActiveIdentifiers = 10 };
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal(), options: options);
        for (var i = 0; i < 50; i++) await silo.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"u{{i}}"}""", i);
        var identifiers = silo.Services.GetRequiredService<ActiveIdentifiers>();
        Assert.Equal((50, 50), (silo.Customers.Count, identifiers.Count));

        silo.Customers.Sweep();
        await silo.Grid.ReadAsync("user_id", "u0");
        silo.Customers.Sweep();
        identifiers.Sweep();
        identifiers.Sweep();

        await Eventually.TrueAsync("the excess has left", s_patience, () => silo.Customers.Count <= 11 && identifiers.Count <= 10);
        var last = silo.Grid.ReadAsync("user_id", "u0");
        Assert.True(last.IsCompletedSuccessfully, "What was used last left before the others.");
        await last;
        for (var i = 0; i < 50; i++) Assert.Equal(1, (await silo.Grid.ReadAsync("user_id", $"u{i}")).EventCount());
    }

    private static async Task LeaveAsync(TestSilo silo, CustomerId id)
    {
        Assert.True(silo.Customers.TryGet(("shop", id), out var grain));
        var context = grain.GrainContext;
        context.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "The test lets it go."));
        await context.Deactivated.WaitAsync(s_patience);
        Assert.False(silo.Customers.TryGet(("shop", id), out _));
    }
}
