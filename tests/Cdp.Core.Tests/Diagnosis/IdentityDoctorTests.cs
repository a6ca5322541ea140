using Cdp.Core.Diagnosis;
using Cdp.Core.Identity;
using Cdp.Core.Identity.Presets;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Testing;
using Xunit.Abstractions;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Core.Tests.Diagnosis;

public sealed class IdentityDoctorTests(ITestOutputHelper output)
{
    private static readonly PersonNote Note = new("ops", null);

    [Fact]
    public async Task A_healthy_grid_has_no_findings()
    {
        var kit = new DoctorKit();
        for (var i = 0; i < 20; i++) await kit.SendAsync($$$"""{"type":"identify","userId":"u{{{i}}}","anonymousId":"a{{{i}}}","traits":{"email":"e{{{i}}}@x.com"}}""");

        var report = await kit.LookAsync();

        Assert.Equal((0, 0, 0, 0), (report.NearLimits.Count, report.JoiningValues.Count, report.ManyMerges.Count, report.ManyPersons.Count));
        Assert.Empty(report.Incomplete);
        Assert.Equal((60, 20), (report.IdentifiersRead, report.DecisionsRead));
    }

    [Fact]
    public async Task Profiles_near_a_limit_are_named_with_the_worst_first()
    {
        var kit = new DoctorKit(IdentityRules.Default with { MaxIdentifiersPerProfile = 7 });
        var four = await EmailsAsync(kit, "four", 4);
        var five = await EmailsAsync(kit, "five", 5);
        await EmailsAsync(kit, "three", 3);

        var report = await kit.LookAsync();

        Assert.Equal([new(five, "email", 5, 5), new(five, null, 6, 7), new(four, "email", 4, 5)], report.NearLimits.Worst);
        Assert.Equal([new ManyPersons(five, "email", 5)], report.ManyPersons.Worst);
        var one = await kit.LookAsync(limit: 1);
        Assert.Equal((3, new NearLimit(five, "email", 5, 5)), (one.NearLimits.Count, Assert.Single(one.NearLimits.Worst)));
    }

    [Fact]
    public async Task A_limit_that_was_tightened_later_shows_who_is_above_it()
    {
        var kit = new DoctorKit();
        var anna = await EmailsAsync(kit, "anna", 2);
        kit.Rules = kit.Rules with { Types = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
            kit.Rules.Types, t => t.Key, t => t.Key == "email" ? t.Value with { MaxPerProfile = 1 } : t.Value) };

        Assert.Equal([new(anna, "email", 2, 1)], (await kit.LookAsync()).NearLimits.Worst);
    }

    [Fact]
    public async Task A_device_that_goes_from_hand_to_hand_and_an_address_that_many_claim_are_found()
    {
        var kit = new DoctorKit();
        for (var i = 0; i < 6; i++) await kit.SendAsync($$$"""{"type":"identify","userId":"u{{{i}}}","anonymousId":"tablet","traits":{"email":"info@x.com"}}""");
        for (var i = 0; i < 4; i++) await kit.SendAsync($$$"""{"type":"identify","userId":"v{{{i}}}","anonymousId":"family"}""");

        var found = (await kit.LookAsync()).JoiningValues;

        Assert.Equal(
            [new JoiningValue(new("anonymous_id", "tablet"), 6, 5, 0, 0), new JoiningValue(new("email", "info@x.com"), 6, 0, 5, 0)],
            found.Worst.OrderBy(v => v.Identifier));
        Assert.Equal(3, (await kit.LookAsync(atLeast: 4)).JoiningValues.Count);
    }

    [Fact]
    public async Task A_shared_device_is_found_with_all_who_share_it()
    {
        var kit = new DoctorKit(IdentityPresets.Find("snowplow"));
        for (var i = 0; i < 5; i++) await kit.SendAsync($$$"""{"type":"identify","userId":"u{{{i}}}","anonymousId":"tablet"}""");

        // Five people and the third profile; four of them came after the first.
        Assert.Equal([new(new("anonymous_id", "tablet"), 6, 0, 0, 4)], (await kit.LookAsync()).JoiningValues.Worst);
    }

    [Fact]
    public async Task Who_absorbed_many_is_named_as_who_it_is_now_and_not_after_the_merges_were_taken_back()
    {
        var kit = new DoctorKit();
        var anna = await kit.SendAsync("""{"type":"identify","userId":"anna"}""");
        for (var i = 0; i < 5; i++)
        {
            await kit.SendAsync($$"""{"type":"page","anonymousId":"a{{i}}"}""");
            await kit.SendAsync($$"""{"type":"identify","userId":"anna","anonymousId":"a{{i}}"}""");
        }

        Assert.Equal([new(anna, 5)], (await kit.LookAsync()).ManyMerges.Worst);
        Assert.Equal(0, (await kit.LookAsync(atLeast: 6)).ManyMerges.Count);

        var boss = await kit.SendAsync("""{"type":"identify","userId":"boss"}""");
        var merge = await kit.Grid.MergeAsync(DoctorKit.Workspace, new(boss, null), new(anna, null), Note);
        Assert.Equal([new(boss, 6)], (await kit.LookAsync()).ManyMerges.Worst);

        await kit.Grid.SplitAsync(DoctorKit.Workspace, new(boss, null), new(merge.Id, [], true, Note));
        Assert.Equal([new(anna, 5)], (await kit.LookAsync()).ManyMerges.Worst);
    }

    [Fact]
    public async Task Counts_are_those_of_a_plain_count_however_the_pages_fall()
    {
        var random = new Random(Seeds.Next(output));
        var kit = new DoctorKit(IdentityRules.Default with { MaxIdentifiersPerProfile = 20 });
        var owned = Enumerable.Range(0, 12_000).Select(i => (Id: new Identifier(i % 3 == 0 ? "email" : "device_id", $"v{random.Next():x8}{i}"), Owner: Customer(random.Next(1_500)))).ToArray();
        foreach (var mine in owned.GroupBy(o => o.Owner))
            await kit.Journal.CommitAsync(new(DoctorKit.Workspace, [mine.Key.At(0, Event(1))], [.. mine.Select(o => Link(o.Id, null, mine.Key, new(mine.Key, 1)))]));

        var report = await kit.LookAsync(limit: 10_000);

        var expected = owned.GroupBy(o => (o.Owner, Type: (string?)o.Id.Type)).Concat(owned.GroupBy(o => (o.Owner, Type: (string?)null)))
            .Select(g => new NearLimit(g.Key.Owner, g.Key.Type, g.Count(), g.Key.Type is null ? 20 : kit.Rules.TypeOf(g.Key.Type).MaxPerProfile))
            .Where(n => n.Identifiers >= n.Limit * 0.8);
        Assert.True(report.NearLimits.Count > 100, "The sample has findings.");
        Assert.Equal(expected.Select(e => e.ToString()).Order(StringComparer.Ordinal), report.NearLimits.Worst.Select(n => n.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(12_000, report.IdentifiersRead);
    }

    [Fact]
    public async Task When_its_time_is_up_it_says_what_it_has_not_seen_and_shows_what_it_has()
    {
        var kit = new DoctorKit();
        var anna = await EmailsAsync(kit, "anna", 5);
        var slow = new SlowStore(kit.Journal, () => kit.Clock.Advance(TimeSpan.FromMinutes(1)));

        var report = await kit.LookAsync(store: slow);

        Assert.Equal(["decisions"], report.Incomplete);
        Assert.Equal([new(anna, "email", 5, 5)], report.NearLimits.Worst);
        Assert.Equal(0, report.ManyMerges.Count);
    }

    [Fact]
    public async Task It_stops_when_its_caller_has_gone()
    {
        var kit = new DoctorKit();
        await EmailsAsync(kit, "anna", 1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kit.LookAsync(cancellationToken: new CancellationToken(canceled: true)));
    }

    private static async Task<CustomerId> EmailsAsync(DoctorKit kit, string user, int count)
    {
        CustomerId id = default;
        for (var i = 0; i < count; i++) id = await kit.SendAsync($$$"""{"type":"identify","userId":"{{{user}}}","traits":{"email":"{{{user}}}{{{i}}}@x.com"}}""");
        return id;
    }

    /// <summary>A store whose decisions take longer than anybody waits.</summary>
    private sealed class SlowStore(IJournalMaintenance inner, Action wait) : IJournalMaintenance
    {
        public ValueTask<IReadOnlyList<OwnerRow>> WalkOwnersAsync(string workspace, Identifier? after, int limit, CancellationToken cancellationToken = default) =>
            inner.WalkOwnersAsync(workspace, after, limit, cancellationToken);

        public ValueTask<IReadOnlyList<JournalRow>> WalkDecisionsAsync(string workspace, RecordPlace? after, int limit, CancellationToken cancellationToken = default)
        {
            wait();
            cancellationToken.ThrowIfCancellationRequested();
            return inner.WalkDecisionsAsync(workspace, after, limit, cancellationToken);
        }

        public ValueTask<IReadOnlyList<(CustomerId Stream, long Version)>> TrimCandidatesAsync(
            string workspace, long beforeMs, CustomerId? after, int limit, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<long> TrimAsync(string workspace, CustomerId stream, long beforeMs, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask VacuumAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<JournalSizes> SizesAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
