using System.Text;
using Cdp.Core.Identity.Presets;
using Cdp.Core.Journal.Memory;
using Cdp.Grains.Tests.Support;

namespace Cdp.Grains.Tests.Grains;

/// <summary>What policies do to customers that are active on different silos.</summary>
public sealed class PolicyTests
{
    private const int Users = 12;

    [Fact]
    public async Task A_device_that_many_users_share_over_two_silos_is_one_third_profiles()
    {
        var journal = new InMemoryJournal();
        var rules = IdentityPresets.Find("snowplow");
        await using var first = await TestSilo.StartAsync(journal, rules: rules);
        await using var second = await TestSilo.StartAsync(journal, first, rules: rules);
        for (var i = 0; i < Users; i++)
        {
            var grid = i % 2 == 0 ? first.Grid : second.Grid;
            var outcome = await grid.SendAsync($$$"""{"type":"identify","userId":"u{{{i}}}","context":{"device":{"id":"d"} } }""", i, $"i{i}");
            Assert.Equal((i, i == 0 ? "linked" : "shared"), (i, outcome.Reasons[^1].Code));
            await grid.SendAsync("""{"type":"page","anonymousId":"","context":{"device":{"id":"d"} } }""", i + 0.5, $"p{i}");
        }

        var third = (await first.Grid.ReadAsync("device_id", "d"))!;
        Assert.Equal(third.Id, (await second.Grid.ReadAsync("device_id", "d"))!.Id);
        // The first page came while the device was the first user's alone.
        Assert.Equal(Users - 1, ((Core.Profiles.ProfileView?)third).EventCount());
        for (var i = 0; i < Users; i++)
        {
            var user = await second.Grid.ReadAsync("user_id", $"u{i}");
            Assert.Equal(i == 0 ? 2 : 1, user.EventCount());
            Assert.Contains("\"shared\":true", Encoding.UTF8.GetString(user!.Json), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_email_that_replaces_another_leaves_it_to_nobody_on_every_silo()
    {
        var journal = new InMemoryJournal();
        var rules = IdentityPresets.Find("adobe");
        await using var first = await TestSilo.StartAsync(journal, rules: rules);
        await using var second = await TestSilo.StartAsync(journal, first, rules: rules);
        await first.Grid.SendAsync("""{"type":"identify","userId":"u","traits":{"email":"a@x.com"}}""", 1, "m1");
        Assert.NotNull(await second.Grid.ReadAsync("email", "a@x.com"));
        await second.Grid.SendAsync("""{"type":"identify","userId":"u","traits":{"email":"b@x.com"}}""", 2, "m2");

        Assert.Null(await first.Grid.ReadAsync("email", "a@x.com"));
        Assert.Equal(2, (await first.Grid.ReadAsync("email", "b@x.com")).EventCount());
        await first.Grid.SendAsync("""{"type":"identify","userId":"v","traits":{"email":"a@x.com"}}""", 3, "m3");
        Assert.Equal((await first.Grid.ReadAsync("user_id", "v"))!.Id, (await second.Grid.ReadAsync("email", "a@x.com"))!.Id);
    }
}
