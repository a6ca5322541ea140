using System.Text.Json;
using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Hosting.Storage;

namespace Cdp.Standalone.Tests.Engine.Splits;

/// <summary>A new profile of some identifiers: what came in by them goes along, and what is left is as if it had never been there.</summary>
public sealed class ByIdentifiersTests
{
    private readonly InMemoryJournal _journal = new();
    private readonly EngineKit _kit;

    public ByIdentifiersTests() => _kit = new EngineKit(_journal);

    [Fact]
    public async Task Both_sides_are_as_if_they_had_never_met()
    {
        var family = await FamilyAsync();
        var split = await SplitAsync(family, "user_id:kid", "anonymous_id:tablet");
        Assert.Equal((null, 2, 3), (split.Refusal, split.Identifiers, split.Events));

        var alone = new EngineKit();
        foreach (var (json, at) in Sent) await alone.SendAsync(json, at, messageId: $"m{at}");
        Assert.Equal(await Shown(alone, "user_id", "mum"), await Shown(_kit, "user_id", "mum"));
        Assert.Equal(await Shown(alone, "user_id", "kid"), await Shown(_kit, "user_id", "kid"));
        _kit.Restart();
        Assert.Equal(await Shown(alone, "user_id", "mum"), await Shown(_kit, "user_id", "mum"));
        Assert.Equal(await Shown(alone, "user_id", "kid"), await Shown(_kit, "user_id", "kid"));
        Assert.Equal(family.ToString(), (await _kit.ProfileAsync("user_id", "mum")).Id());
    }

    [Fact]
    public async Task A_retry_is_known_on_the_side_that_has_the_event()
    {
        var family = await FamilyAsync();
        await SplitAsync(family, "user_id:kid", "anonymous_id:tablet");
        foreach (var (json, at) in Sent) Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync(json, at, messageId: $"m{at}")).Status);
    }

    [Fact]
    public async Task What_retention_has_removed_stays_where_it_was_counted()
    {
        await _kit.SendAsync("""{"type":"identify","anonymousId":"a","traits":{"likes":"tea"}}""", 1);
        await _kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 2);
        var one = (await _kit.SendAsync("""{"type":"identify","anonymousId":"a","userId":"mum","traits":{"name":"Mum"}}""", 4)).Profile!.Value;
        await _kit.SendAsync("""{"type":"track","event":"Bought","userId":"mum"}""", 6);
        await _kit.SendAsync("""{"type":"identify","anonymousId":"a","traits":{"city":"Graz","name":"Nobody"}}""", 7);
        var state = (await StateLoader.LoadAsync(_journal, EngineKit.Workspace, one))!;
        await _journal.SaveSnapshotsAsync(EngineKit.Workspace, [new(one, state.Version, StateCodec.Write(state))]);
        Assert.Equal(2, await _journal.TrimAsync(EngineKit.Workspace, one, EngineKit.Start.AddSeconds(3).ToUnixTimeMilliseconds()));

        var split = await SplitAsync(one, "anonymous_id:a");
        Assert.Equal((1, 2), (split.Events, await _journal.CountEventsAsync(EngineKit.Workspace, [one])));
        var (mum, other) = (await _kit.ProfileAsync(one), await _kit.ProfileAsync(split.Given));
        // Whose the removed events were is not known any more; a name that a later, known event had overwritten is.
        Assert.Equal((4, "tea", "Mum", null), (mum.EventCount(), mum.Trait("likes"), mum.Trait("name"), mum.Trait("city")));
        Assert.Equal((1, null, "Nobody", "Graz"), (other.EventCount(), other.Trait("likes"), other.Trait("name"), other.Trait("city")));
        var memory = (await _kit.ProfileAsync(one)).ToString();
        _kit.Restart();
        Assert.Equal(memory, (await _kit.ProfileAsync(one)).ToString());
    }

    [Fact]
    public async Task Retention_goes_on_in_streams_that_a_split_took_events_out_of()
    {
        var family = await FamilyAsync();
        await SplitAsync(family, "user_id:kid");
        var (mum, tablet) = (await Shown(_kit, "user_id", "mum"), await Shown(_kit, "anonymous_id", "tablet"));
        // The kid's own stream is one that was absorbed: what is left in it came in by the tablet.
        var removed = await RetentionSweep.TrimAsync(_journal, _journal, EngineKit.Workspace, EngineKit.Start.AddHours(1).ToUnixTimeMilliseconds(), CancellationToken.None);
        Assert.Equal(Sent.Count(), removed);
        _kit.Restart();
        Assert.Equal((mum, tablet), (await Shown(_kit, "user_id", "mum"), await Shown(_kit, "anonymous_id", "tablet")));
    }

    [Fact]
    public async Task It_can_be_split_again_and_merged_again()
    {
        var family = await FamilyAsync();
        var before = await Shown(_kit, "user_id", "mum");
        var kid = (await SplitAsync(family, "user_id:kid", "anonymous_id:tablet")).Given;
        var tablet = (await SplitAsync(kid, "anonymous_id:tablet")).Given;
        Assert.Equal(1, (await _kit.ProfileAsync("anonymous_id", "tablet")).EventCount());
        Assert.Equal(2, (await _kit.ProfileAsync("user_id", "kid")).EventCount());
        foreach (var part in new[] { tablet, kid })
            Assert.Null((await _kit.Grid.MergeAsync(EngineKit.Workspace, new(family, null), new(part, null), new("support", null))).Refusal);
        var after = JsonDocument.Parse(await Shown(_kit, "user_id", "mum")).RootElement;
        var expected = JsonDocument.Parse(before).RootElement;
        foreach (var member in new[] { "traits", "computed", "createdAt", "lastSeenAt" }) Assert.Equal(expected.GetProperty(member).ToString(), after.GetProperty(member).ToString());
        Assert.Equal((await Shown(_kit, "user_id", "mum"), await Shown(_kit, "user_id", "kid")), await AfterRestartAsync());
    }

    [Fact]
    public async Task What_it_does_not_own_and_what_leaves_nothing_are_refused()
    {
        var family = await FamilyAsync();
        Assert.Equal(SplitRefusals.NotOwned, (await SplitAsync(family, "user_id:kid", "user_id:stranger")).Refusal);
        Assert.Equal(SplitRefusals.NothingLeft, (await SplitAsync(family, "user_id:kid", "anonymous_id:tablet", "user_id:mum", "anonymous_id:phone")).Refusal);
    }

    private static IEnumerable<(string Json, int At)> Sent =>
    [
        ("""{"type":"identify","userId":"mum","anonymousId":"phone","traits":{"name":"Mum","city":"Wien"}}""", 1),
        ("""{"type":"page","anonymousId":"tablet","context":{"page":{"url":"https://x/?utm_source=kids"},"ip":"10.0.0.9"}}""", 2),
        ("""{"type":"track","event":"Bought","userId":"mum"}""", 3),
        ("""{"type":"identify","userId":"kid","anonymousId":"tablet","traits":{"likes":"cartoons","city":"Graz"}}""", 5),
        ("""{"type":"track","event":"Played","userId":"kid"}""", 6),
        ("""{"type":"track","event":"Bought","anonymousId":"phone"}""", 7),
    ];

    private async Task<CustomerId> FamilyAsync()
    {
        foreach (var (json, at) in Sent) await _kit.SendAsync(json, at, messageId: $"m{at}");
        var merged = await _kit.Grid.MergeAsync(EngineKit.Workspace, new(null, new("user_id", "mum")), new(null, new("user_id", "kid")), new("support", null));
        return merged.Profile!.Value;
    }

    private async Task<SplitAnswer> SplitAsync(CustomerId profile, params string[] identifiers)
    {
        Identifier[] named = [.. identifiers.Select(i => new Identifier(i[..i.IndexOf(':', StringComparison.Ordinal)], i[(i.IndexOf(':', StringComparison.Ordinal) + 1)..]))];
        return (await _kit.Grid.SplitAsync(EngineKit.Workspace, new(profile, null), new(null, named, true, new("support", null))))!;
    }

    private async Task<(string, string)> AfterRestartAsync()
    {
        _kit.Restart();
        return (await Shown(_kit, "user_id", "mum"), await Shown(_kit, "user_id", "kid"));
    }

    /// <summary>All that a reader sees but ids, the version and the time of the change.</summary>
    private static async Task<string> Shown(EngineKit kit, string type, string value)
    {
        var profile = (await kit.ProfileAsync(type, value))!.Value;
        return "{" + string.Join(',', profile.EnumerateObject().Where(p => p.Name is not ("id" or "version" or "updatedAt" or "mergedIds")).Select(p => p.ToString())) + "}";
    }
}
