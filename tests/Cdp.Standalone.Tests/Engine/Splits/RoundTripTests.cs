using Cdp.Core.Actors;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Hosting.Storage;

namespace Cdp.Standalone.Tests.Engine.Splits;

/// <summary>Merges and splits by a person: what comes back is what there was, and what came since goes to the side that it came in by.</summary>
public sealed class RoundTripTests
{
    private static readonly PersonNote Note = new("support", "same person");
    private EngineKit _kit = new();

    [Fact]
    public async Task A_merge_by_hand_joins_what_the_policy_keeps_apart_and_can_be_taken_back()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var (annaBefore, bobBefore) = (await Facts(anna), await Facts(bob));

        var merge = await MergeAsync(anna, bob);
        Assert.Equal((null, anna), (merge.Refusal, merge.Profile!.Value));
        Assert.Equal(7, (await _kit.ProfileAsync("user_id", "bob")).EventCount());
        Assert.Equal(anna.ToString(), (await _kit.ProfileAsync(bob)).Id());

        var split = await SplitAsync(anna, merge.Id);
        Assert.Equal((null, anna, bob, 2), (split!.Refusal, split.Kept, split.Given, split.Identifiers));
        Assert.Equal(annaBefore, await Facts(anna));
        Assert.Equal(bobBefore, await Facts(bob));
        await AsAfterRestartAsync(anna, bob);
    }

    [Fact]
    public async Task What_came_after_the_merge_goes_to_the_side_whose_identifier_it_came_in_by()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var merge = await MergeAsync(anna, bob);
        await _kit.SendAsync("""{"type":"track","event":"Bought","userId":"bob","context":{"traits":{"email":"bob2@x.com"}}}""", 20, messageId: "late-bob");
        await _kit.SendAsync("""{"type":"identify","userId":"anna","traits":{"city":"Oslo"}}""", 21);
        await _kit.SendAsync("""{"type":"identify","anonymousId":"b","traits":{"city":"Rome"}}""", 22);

        var split = await SplitAsync(anna, merge.Id);
        Assert.Equal(2, split!.Events);
        var (a, b) = (await _kit.ProfileAsync(anna), await _kit.ProfileAsync(bob));
        Assert.Equal((4, "Oslo"), (a.EventCount(), a.Trait("city")));
        Assert.Equal((6, "Rome"), (b.EventCount(), b.Trait("city")));
        Assert.Equal(["user_id:bob", "email:bob2@x.com", "anonymous_id:b"], b.Identifiers());
        Assert.Equal(["Bought", "Bought", "Viewed", "Viewed"], (await NamesAsync(bob)).Order());
        Assert.Equal(6, (await _kit.Grid.TimelineAsync(EngineKit.Workspace, new(bob, null), 100, null, null))!.Events.Count);
        // A retry of what came in while they were one is known on the side that it belongs to.
        Assert.Equal(EventStatus.Duplicate, (await _kit.SendAsync("""{"type":"track","event":"Bought","userId":"bob"}""", 20, messageId: "late-bob")).Status);
        await AsAfterRestartAsync(anna, bob);
    }

    [Fact]
    public async Task After_a_split_no_event_joins_the_two_again_until_a_person_does()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var merge = await MergeAsync(anna, bob);
        await SplitAsync(anna, merge.Id);
        var outcome = await _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"anna","anonymousId":"b"}""", 30);
        Assert.Equal((anna, "never_merge"), (outcome.Profile!.Value, Assert.Single(outcome.Reasons).Code));
        Assert.Contains("anonymous_id:b", (await _kit.ProfileAsync(bob)).Identifiers());

        var again = await MergeAsync(bob, anna);
        Assert.Equal(bob, again.Profile);
        Assert.Empty((await _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"anna","anonymousId":"b"}""", 31)).Reasons);
        Assert.Equal(9, (await _kit.ProfileAsync(anna)).EventCount());
        await AsAfterRestartAsync(bob);
    }

    [Fact]
    public async Task A_split_that_does_not_bar_them_leaves_it_to_the_policy()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var merge = await MergeAsync(anna, bob);
        await SplitAsync(anna, merge.Id, neverMerge: false);
        var outcome = await _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"anna","anonymousId":"b"}""", 30);
        Assert.Equal("moved", Assert.Single(outcome.Reasons).Code);
    }

    [Fact]
    public async Task A_merge_that_an_event_caused_is_taken_back_by_its_id_in_the_history()
    {
        var first = (await _kit.SendAsync("""{"type":"identify","userId":"u","traits":{"plan":"pro"}}""", 1)).Profile!.Value;
        var second = (await _kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 2)).Profile!.Value;
        var third = (await _kit.SendAsync("""{"type":"page","anonymousId":"c"}""", 3)).Profile!.Value;
        await _kit.SendAsync("""{"type":"page","anonymousId":"a","context":{"externalIds":[{"id":"c","type":"anonymous_id","collection":"users","encoding":"none"}]}}""", 4);
        await _kit.SendAsync("""{"type":"page","userId":"u","anonymousId":"a"}""", 5);
        Assert.Equal(5, (await _kit.ProfileAsync(third)).EventCount());
        var history = await _kit.Grid.HistoryAsync(EngineKit.Workspace, new(first, null));
        var merge = Assert.Single(history!, d => d.Kind == DecisionKind.Merged && d.Other == second).Merge;

        // With whom it had absorbed itself.
        Assert.Equal(second, (await SplitAsync(first, merge))!.Given);
        Assert.Equal((2, 3), ((await _kit.ProfileAsync(first)).EventCount(), (await _kit.ProfileAsync(second)).EventCount()));
        Assert.Equal(second.ToString(), (await _kit.ProfileAsync(third)).Id());
        Assert.Equal([second.ToString()], new[] { (await _kit.ProfileAsync("anonymous_id", "c")).Id() });
        await AsAfterRestartAsync(first, second);

        // And the merge before it, which is the other's now.
        var inner = Assert.Single((await _kit.Grid.HistoryAsync(EngineKit.Workspace, new(second, null)))!, d => d.Kind == DecisionKind.Merged).Merge;
        Assert.Equal(third, (await SplitAsync(second, inner))!.Given);
        Assert.Equal((2, 1), ((await _kit.ProfileAsync(second)).EventCount(), (await _kit.ProfileAsync(third)).EventCount()));
        await AsAfterRestartAsync(first, second, third);
    }

    [Fact]
    public async Task What_is_no_merge_of_the_profile_is_refused()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var merge = await MergeAsync(anna, bob);
        Assert.Equal(SplitRefusals.NotMerged, (await SplitAsync(anna, new MergeId(anna, 99)))!.Refusal);
        Assert.Null((await SplitAsync(anna, merge.Id))!.Refusal);
        Assert.Equal(SplitRefusals.NotMerged, (await SplitAsync(anna, merge.Id))!.Refusal);
        Assert.Null(await SplitAsync(new CustomerId(Guid.NewGuid()), merge.Id));
    }

    [Fact]
    public async Task A_merge_may_be_repeated_and_needs_two_profiles()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var merge = await MergeAsync(anna, bob);
        Assert.Equal(merge, await MergeAsync(anna, bob));
        Assert.Equal(MergeRefusals.SameProfile, (await MergeAsync(anna, anna)).Refusal);
        Assert.Equal(MergeRefusals.AbsorbedNotFound, (await MergeAsync(anna, new CustomerId(Guid.NewGuid()))).Refusal);
        Assert.Equal(MergeRefusals.SurvivorNotFound, (await MergeAsync(new CustomerId(Guid.NewGuid()), anna)).Refusal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bar_that_came_with_a_merge_leaves_with_it(bool thirdSplit)
    {
        var (anna, bob) = await TwoPeopleAsync();
        await SplitAsync(anna, (await MergeAsync(anna, bob)).Id);
        var carol = (await _kit.SendAsync("""{"type":"page","userId":"carol","anonymousId":"c"}""", 8)).Profile!.Value;
        var dan = (await _kit.SendAsync("""{"type":"page","userId":"dan","anonymousId":"d"}""", 9)).Profile!.Value;
        var merge = await MergeAsync(carol, bob);
        // Another split while they are one writes down all bars of both.
        if (thirdSplit) await SplitAsync(carol, (await MergeAsync(carol, dan)).Id);
        Assert.Equal("never_merge", Assert.Single((await _kit.SendAsync("""{"type":"page","userId":"anna","anonymousId":"c"}""", 10)).Reasons).Code);
        await SplitAsync(carol, merge.Id, neverMerge: false);
        _kit.Restart();

        Assert.Equal("moved", Assert.Single((await _kit.SendAsync("""{"type":"page","userId":"anna","anonymousId":"c"}""", 11)).Reasons).Code);
        Assert.Equal("never_merge", Assert.Single((await _kit.SendAsync("""{"type":"page","userId":"anna","anonymousId":"b"}""", 12)).Reasons).Code);
        if (thirdSplit) Assert.Equal("never_merge", Assert.Single((await _kit.SendAsync("""{"type":"page","userId":"carol","anonymousId":"d"}""", 13)).Reasons).Code);
    }

    [Fact]
    public async Task Who_reads_by_the_old_id_while_its_actor_remembers_the_merge_finds_the_right_profile()
    {
        // A conflict is waited out by the clock.
        _kit = new EngineKit(clock: TimeProvider.System);
        var (anna, bob) = await TwoPeopleAsync();
        var merge = await MergeAsync(anna, bob);
        Assert.Equal(anna.ToString(), (await _kit.ProfileAsync(bob)).Id());
        // As another silo would do it: this one's actor of the absorbed customer is told nothing.
        var elsewhere = new EngineKit(_kit.Journal, clock: TimeProvider.System, seed: 2);
        Assert.Null((await elsewhere.Grid.SplitAsync(EngineKit.Workspace, new(anna, null), new(merge.Id, [], true, Note)))!.Refusal);
        Assert.Equal(anna.ToString(), (await elsewhere.ProfileAsync(anna)).Id());

        // It still remembers the survivor, which still thinks that it holds everything: until either reads the store.
        await _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"anna"}""", 60);
        Assert.Equal(bob.ToString(), (await _kit.ProfileAsync(bob)).Id());
        Assert.Equal(bob.ToString(), (await _kit.ProfileAsync("user_id", "bob")).Id());
    }

    [Fact]
    public async Task One_side_of_a_split_can_be_erased_and_the_other_one_loses_nothing()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var merge = await MergeAsync(anna, bob);
        await _kit.SendAsync("""{"type":"track","event":"Bought","userId":"bob"}""", 20);
        await SplitAsync(anna, merge.Id);
        var before = await Facts(anna);
        var counts = await _kit.Grid.EraseAsync(EngineKit.Workspace, new(bob, null), dryRun: false, suppress: false);
        Assert.Equal(new EraseCounts(1, 2, 5), counts);
        Assert.Null(await _kit.ProfileAsync(bob));
        Assert.Equal(before, await Facts(anna));
        await AsAfterRestartAsync(anna);
        foreach (var row in await _kit.Journal.ReadStreamAsync(EngineKit.Workspace, anna, 0, 1_000))
            Assert.DoesNotContain("bob", System.Text.Encoding.UTF8.GetString(row.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_snapshot_of_whoever_had_absorbed_it_outlives_an_erasure()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var carol = (await _kit.SendAsync("""{"type":"page","userId":"carol"}""", 8)).Profile!.Value;
        var merge = await MergeAsync(anna, bob);
        var state = (await StateLoader.LoadAsync(_kit.Journal, EngineKit.Workspace, anna))!;
        await _kit.Journal.SaveSnapshotsAsync(EngineKit.Workspace, [new(anna, state.Version, StateCodec.Write(state))]);
        await MergeAsync(carol, anna);

        Assert.Null((await SplitAsync(carol, merge.Id))!.Refusal);
        Assert.NotNull(await _kit.Grid.EraseAsync(EngineKit.Workspace, new(bob, null), dryRun: false, suppress: false));
        Assert.Null((await _kit.Journal.LoadAsync(EngineKit.Workspace, anna))!.Snapshot);
        await AsAfterRestartAsync(carol);
    }

    [Fact]
    public async Task Retention_goes_on_in_a_stream_of_whose_parts_one_was_split_off_and_erased()
    {
        var (anna, bob) = await TwoPeopleAsync();
        var carol = (await _kit.SendAsync("""{"type":"page","userId":"carol"}""", 8)).Profile!.Value;
        var merge = await MergeAsync(anna, bob);
        await MergeAsync(carol, anna);
        Assert.Null((await SplitAsync(carol, merge.Id))!.Refusal);
        await _kit.Grid.EraseAsync(EngineKit.Workspace, new(bob, null), dryRun: false, suppress: false);
        var before = (await _kit.ProfileAsync(carol)).ToString();

        await RetentionSweep.TrimAsync(
            _kit.Journal, (IJournalMaintenance)_kit.Journal, EngineKit.Workspace, EngineKit.Start.AddHours(1).ToUnixTimeMilliseconds(), CancellationToken.None);
        Assert.DoesNotContain(await _kit.Journal.ReadStreamAsync(EngineKit.Workspace, anna, 0, 1_000), r => r.Kind == RecordKind.Event);
        _kit.Restart();
        Assert.Equal(before, (await _kit.ProfileAsync(carol)).ToString());
    }

    private async Task<(CustomerId Anna, CustomerId Bob)> TwoPeopleAsync()
    {
        var anna = (await _kit.SendAsync("""{"type":"identify","userId":"anna","anonymousId":"a","traits":{"name":"Anna","city":"Bergen"}}""", 1)).Profile!.Value;
        await _kit.SendAsync("""{"type":"track","event":"Viewed","anonymousId":"a"}""", 2);
        await _kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 3);
        var bob = (await _kit.SendAsync("""{"type":"identify","userId":"bob","anonymousId":"b","traits":{"name":"Bob","plan":"pro"}}""", 4)).Profile!.Value;
        await _kit.SendAsync("""{"type":"track","event":"Viewed","anonymousId":"b"}""", 5);
        await _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"bob"}""", 6);
        await _kit.SendAsync("""{"type":"track","event":"Bought","userId":"bob"}""", 7);
        return (anna, bob);
    }

    private Task<MergeOutcome> MergeAsync(CustomerId survivor, CustomerId absorbed) =>
        _kit.Grid.MergeAsync(EngineKit.Workspace, new(survivor, null), new(absorbed, null), Note);

    private Task<SplitAnswer?> SplitAsync(CustomerId profile, MergeId? merge, bool neverMerge = true) =>
        _kit.Grid.SplitAsync(EngineKit.Workspace, new(profile, null), new(merge, [], neverMerge, Note));

    /// <summary>All that a reader sees but the version and the time of the change.</summary>
    private async Task<string> Facts(CustomerId id)
    {
        var profile = (await _kit.ProfileAsync(id))!.Value;
        var page = await _kit.Grid.TimelineAsync(EngineKit.Workspace, new(id, null), 1_000, null, null);
        var shown = profile.EnumerateObject().Where(p => p.Name is not ("version" or "updatedAt")).Select(p => p.ToString());
        return string.Join('\n', shown.Concat(page!.Events.Select(e => e.MessageId)));
    }

    private async Task<IEnumerable<string>> NamesAsync(CustomerId id) =>
        (await _kit.Grid.TimelineAsync(EngineKit.Workspace, new(id, null), 100, null, null))!.Events.Where(e => e.Name is not null).Select(e => e.Name!);

    /// <summary>Memory is a fold of what is durable, without snapshots and with them.</summary>
    private async Task AsAfterRestartAsync(params CustomerId[] ids)
    {
        var memory = await Task.WhenAll(ids.Select(Facts));
        _kit.Restart();
        Assert.Equal(memory, await Task.WhenAll(ids.Select(Facts)));
        await _kit.Journal.SaveSnapshotsAsync(EngineKit.Workspace, [.. _kit.Snapshots.Offers.Select(o => o.Snapshot)]);
        _kit.Restart();
        Assert.Equal(memory, await Task.WhenAll(ids.Select(Facts)));
    }
}
