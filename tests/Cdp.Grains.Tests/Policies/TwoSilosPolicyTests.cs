using System.Text;
using Cdp.Api.Policies;
using Cdp.Api.Settings;
using Cdp.Core.Definitions;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Grains.Tests.Support;
using Cdp.Hosting.Definitions;
using Cdp.Testing.Definitions;
using Cdp.Testing.Engine;
using Cdp.Testing.Time;
using Cdp.Testing.Waiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Grains.Tests.Policies;

/// <summary>Two silos over one store of definitions: a policy that one of them put judges events on both.</summary>
public sealed class TwoSilosPolicyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_policy_put_on_one_silo_judges_events_of_the_other_after_its_next_look()
    {
        var (journal, store) = (new InMemoryJournal(), new InMemoryDefinitions());
        var (hereLive, thereLive) = (Live(), Live());
        var here = await GridDefinitions.LoadAsync(store, hereLive, NullLogger.Instance);
        var there = await GridDefinitions.LoadAsync(store, thereLive, NullLogger.Instance);
        var clock = new FakeClock();
        using var watch = new DefinitionWatch(there.Feed, clock, NullLogger<DefinitionWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync("the look is armed", Patience, () => clock.ArmedTimers > 0);
        await using var one = await TestSilo.StartAsync(journal, rulesOf: hereLive.Rules);
        await using var two = await TestSilo.StartAsync(journal, one, rulesOf: thereLive.Rules);
        Assert.Equal(2, await EmailsAsync(two, "before"));

        var put = await here.Feed.WriteAsync(
            new(TestEvents.Workspace, IdentityPolicies.Kind, IdentityPolicies.Name, """{"Types":{"email":{"MaxPerProfile":1}}}"""u8.ToArray(), 1, "test"));

        Assert.Equal(DefinitionStatus.Written, put.Status);
        Assert.Equal((1, 5), (Limit(hereLive), Limit(thereLive)));
        store.IsUnavailable = true;
        clock.Advance(DefinitionWatch.Interval);
        store.IsUnavailable = false;
        clock.Advance(DefinitionWatch.Interval);
        await Eventually.TrueAsync("the other silo knows", Patience, () => Limit(thereLive) == 1);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(1, await EmailsAsync(one, $"one-{i}"));
            Assert.Equal(1, await EmailsAsync(two, $"two-{i}"));
        }

        // New rules judge new events: what was linked stays.
        Assert.Equal(2, (await one.Grid.GetAsync(TestEvents.Workspace, Ref("before")))!.Identifiers.Count(i => i.Type == "email"));
        await watch.StopAsync(CancellationToken.None);
    }

    private static LiveSettings Live() => new(SettingsReader.Read(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(
        """{"Cdp":{"Workspaces":{"shop":{"WriteKeys":["w"]}}}}"""))).Build()));

    private static int Limit(LiveSettings live) => live.Rules(TestEvents.Workspace).TypeOf("email").MaxPerProfile;

    private static ProfileRef Ref(string user) => new(null, new Identifier("user_id", user));

    private static async Task<int> EmailsAsync(TestSilo silo, string user)
    {
        foreach (var n in (int[])[1, 2])
        {
            var json = $$$"""{"type":"identify","messageId":"{{{user}}}-{{{n}}}","userId":"{{{user}}}","traits":{"email":"{{{user}}}{{{n}}}@example.test"}}""";
            var parsed = EventParser.Parse(Encoding.UTF8.GetBytes(json), new(silo.Grid.Rules(TestEvents.Workspace), new EventSource("test"), 1_767_225_600_000));
            Assert.Equal(EventStatus.Applied, (await silo.Grid.IngestAsync(TestEvents.Workspace, [parsed.Event!]))[0].Status);
        }

        return (await silo.Grid.GetAsync(TestEvents.Workspace, Ref(user)))!.Identifiers.Count(i => i.Type == "email");
    }
}
