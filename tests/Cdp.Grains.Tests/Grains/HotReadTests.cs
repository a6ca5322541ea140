using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Grains.Tests.Support;

namespace Cdp.Grains.Tests.Grains;

/// <summary>Reads of customers that are active on the silo that is asked.</summary>
public sealed class HotReadTests
{
    [Fact]
    public async Task A_read_on_the_customers_silo_takes_no_call_and_completes_at_once()
    {
        await using var silo = await TestSilo.StartAsync(new InMemoryJournal());
        await silo.Grid.CreateAsync("""{"type":"identify","userId":"u1","traits":{"email":"a@b.example"}}""");
        await silo.Grid.ReadAsync("email", "a@b.example");
        var before = silo.Calls.Count;

        var read = silo.Grid.ReadAsync("email", "a@b.example");

        Assert.True(read.IsCompletedSuccessfully);
        Assert.NotNull(await read);
        Assert.Equal(before, silo.Calls.Count);
    }

    [Fact]
    public async Task A_read_sees_a_write_that_another_silo_was_answered()
    {
        var journal = new InMemoryJournal();
        await using var near = await TestSilo.StartAsync(journal);
        await using var far = await TestSilo.StartAsync(journal, near);
        await near.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""");
        for (var i = 1; i <= 20; i++)
        {
            await (i % 2 == 0 ? near : far).Grid.SendAsync("""{"type":"track","event":"x","userId":"u1"}""", i);
            Assert.Equal(i + 1, (await near.Grid.ReadAsync("user_id", "u1")).EventCount());
            Assert.Equal(i + 1, (await far.Grid.ReadAsync("user_id", "u1")).EventCount());
        }
    }

    [Fact]
    public async Task An_owner_that_a_silo_remembers_wrongly_is_asked_for_again()
    {
        var journal = new InMemoryJournal();
        await using var near = await TestSilo.StartAsync(journal);
        await using var far = await TestSilo.StartAsync(journal, near);
        var first = await near.Grid.CreateAsync("""{"type":"identify","userId":"u1","anonymousId":"shared"}""", 1);
        Assert.Equal(first, (await near.Grid.ReadAsync("anonymous_id", "shared"))!.Id);
        Assert.Equal(first, (await far.Grid.ReadAsync("anonymous_id", "shared"))!.Id);

        // Another person signs in on that browser: the cookie moves.
        var second = await far.Grid.CreateAsync("""{"type":"identify","userId":"u2","anonymousId":"shared"}""", 2);

        Assert.NotEqual(first, second);
        Assert.Equal(second, (await near.Grid.ReadAsync("anonymous_id", "shared"))!.Id);
        Assert.Equal(second, (await far.Grid.ReadAsync("anonymous_id", "shared"))!.Id);
    }

    [Fact]
    public async Task An_erased_customer_is_gone_on_every_silo_at_once()
    {
        var journal = new InMemoryJournal();
        await using var near = await TestSilo.StartAsync(journal);
        await using var far = await TestSilo.StartAsync(journal, near);
        var id = await near.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""");
        await near.Grid.ReadAsync("user_id", "u1");
        await far.Grid.ReadAsync("user_id", "u1");

        Assert.Equal(1, (await far.Grid.EraseAsync("shop", new(id, null), false, false))!.Events);

        Assert.Null(await near.Grid.ReadAsync("user_id", "u1"));
        Assert.Null(await far.Grid.ReadAsync("user_id", "u1"));
        Assert.Null(await near.Grid.ReadAsync(id));
        Assert.Null(await far.Grid.ReadAsync(id));
    }

    [Fact]
    public async Task A_far_profile_comes_with_all_that_a_near_one_has()
    {
        var journal = new InMemoryJournal();
        await using var near = await TestSilo.StartAsync(journal);
        await using var far = await TestSilo.StartAsync(journal, near);
        await near.Grid.CreateAsync("""{"type":"identify","userId":"u1","anonymousId":"c","traits":{"plan":"pro"}}""");

        var here = (await near.Grid.ReadAsync("user_id", "u1"))!;
        var there = (await far.Grid.ReadAsync("user_id", "u1"))!;

        Assert.Equal(here.Json, there.Json);
        Assert.Equal((here.Id, here.Version, here.ETag), (there.Id, there.Version, there.ETag));
        Assert.Equal(here.Streams, there.Streams);
        Assert.Equal(here.Identifiers, there.Identifiers);
        Assert.Equal(here.IdentifiersJson.ToArray(), there.IdentifiersJson.ToArray());
        Assert.NotNull(await here.TryMakeProvenanceAsync());
        Assert.Equal(await here.TryMakeProvenanceAsync(), await there.TryMakeProvenanceAsync());

        await near.Grid.SendAsync("""{"type":"track","event":"x","userId":"u1"}""", 5);
        Assert.Null(await here.TryMakeProvenanceAsync());
        Assert.Null(await there.TryMakeProvenanceAsync());
    }

    [Fact]
    public async Task A_silo_that_cannot_confirm_its_membership_answers_no_read()
    {
        var journal = new InMemoryJournal();
        var standing = new Standing { IsConfirmed = true };
        await using var near = await TestSilo.StartAsync(journal);
        await using var far = await TestSilo.StartAsync(journal, near, standing: standing);
        var ids = new List<CustomerId>();
        while (!ids.Exists(far.Has)) ids.Add(await near.Grid.CreateAsync($$"""{"type":"track","event":"x","userId":"u{{ids.Count}}"}"""));
        var onFar = ids.Find(far.Has);
        await far.Grid.ReadAsync(onFar);

        standing.IsConfirmed = false;
        await Assert.ThrowsAsync<GridUnavailableException>(async () => await far.Grid.ReadAsync(onFar));
        await Assert.ThrowsAsync<GridUnavailableException>(async () => await near.Grid.ReadAsync(onFar));

        standing.IsConfirmed = true;
        Assert.Equal(onFar, (await near.Grid.ReadAsync(onFar))!.Id);
    }

    private sealed class Standing : ISiloStanding
    {
        public bool IsConfirmed { get; set; }
    }
}
