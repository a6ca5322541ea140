using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>The moments between a merge's commit and the end of its holds.</summary>
public sealed class HoldTests
{
    private readonly EngineKit _kit = new(clock: TimeProvider.System);

    [Fact]
    public async Task A_held_customer_takes_no_snapshot_of_parts_that_are_the_survivors_already()
    {
        _kit.Snapshots.Take = (_, _) => Task.CompletedTask;
        var (survivor, loser) = await TwoAsync(new string('x', 10_000), 8);
        await MergeAsync(async id =>
        {
            // The survivor is released first, and may take events into the loser's part at once.
            if (id != loser) return;
            await _kit.SendAsync("""{"type":"track","event":"x","context":{"device":{"id":"d"}}}""", 50);
            await _kit.Actors.Find(EngineKit.Workspace, loser).SnapshotAsync();
        });
        foreach (var (workspace, snapshot) in _kit.Snapshots.Offers) await _kit.Journal.SaveSnapshotsAsync(workspace, [snapshot]);

        var before = (await _kit.ProfileAsync(survivor))!.Value.ToString();
        _kit.Restart();
        Assert.Equal(before, (await _kit.ProfileAsync(survivor))!.Value.ToString());
    }

    [Fact]
    public async Task An_absorbed_id_is_found_in_the_moment_between_the_commit_and_the_release()
    {
        var (survivor, loser) = await TwoAsync();
        Task<ProfileView?>? reading = null;
        await MergeAsync(_ =>
        {
            reading ??= _kit.Grid.GetAsync(EngineKit.Workspace, new(loser, null)).AsTask();
            return Task.CompletedTask;
        });
        Assert.Equal(survivor, (await reading!)?.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_customer_that_lost_its_hold_before_the_commit_does_not_keep_what_it_read_then(bool outcomeKnown)
    {
        var kit = new EngineKit();
        await kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 1);
        var id = (await kit.Journal.OwnersAsync(EngineKit.Workspace, [new("anonymous_id", "a")]))[0].Owner!.Value;
        var actor = new CustomerActor(EngineKit.Workspace, id, kit.Services);
        var token = new HoldToken(Guid.NewGuid());
        var version = (await actor.HoldAsync(token, 0)).Value!.Version;
        kit.Clock.Advance(CustomerActor.HoldTimeout + TimeSpan.FromSeconds(1));
        Assert.Equal(CallStatus.Busy, (await actor.HoldAsync(new(Guid.NewGuid()), 0)).Status);
        Assert.Equal(CallStatus.Done, (await actor.ReadAsync(default)).Status);

        var survivor = kit.Services.Ids.NewCustomer();
        var row = new JournalRow(id, version + 1, RecordKind.MergedInto, 1, RecordCodec.Write(new MergedIntoRecord(survivor, ReasonCodes.Merged, null)));
        await kit.Journal.CommitAsync(new(EngineKit.Workspace, [new(id, version, [new(row.Kind, row.TimeMs, row.Body)])], []));
        await actor.ReleaseAsync(token, outcomeKnown ? row : null, !outcomeKnown);

        var read = await actor.ReadAsync(default);
        Assert.Equal((CallStatus.NotMine, (CustomerId?)survivor), (read.Status, read.Successor));
    }

    [Fact]
    public async Task A_held_customer_whose_holder_has_committed_and_not_released_it_does_not_show_what_it_was()
    {
        var kit = new EngineKit();
        await kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 1);
        var id = (await kit.Journal.OwnersAsync(EngineKit.Workspace, [new("anonymous_id", "a")]))[0].Owner!.Value;
        var actor = new CustomerActor(EngineKit.Workspace, id, kit.Services);
        var version = (await actor.HoldAsync(new HoldToken(Guid.NewGuid()), 0)).Value!.Version;
        Assert.Null(actor.TryView());
        Assert.Equal(CallStatus.Done, (await actor.ReadAsync(default)).Status);

        var survivor = kit.Services.Ids.NewCustomer();
        var body = RecordCodec.Write(new MergedIntoRecord(survivor, ReasonCodes.Merged, null));
        await kit.Journal.CommitAsync(new(EngineKit.Workspace, [new(id, version, [new(RecordKind.MergedInto, 1, body)])], []));

        var read = await actor.ReadAsync(default);
        Assert.Equal((CallStatus.NotMine, (CustomerId?)survivor), (read.Status, read.Successor));
    }

    /// <summary>An older profile and a younger one, which owns a device that never anchored an event.</summary>
    private async Task<(CustomerId Survivor, CustomerId Loser)> TwoAsync(string text = "", int events = 1)
    {
        var survivor = await _kit.SendAsync("""{"type":"page","anonymousId":"old","context":{"device":{"id":"o"}}}""", 1);
        EventOutcome? loser = null;
        for (var i = 0; i < events; i++)
            loser = await _kit.SendAsync($$$"""{"type":"page","anonymousId":"new","properties":{"text":"{{{text}}}"},"context":{"device":{"id":"d"} } }""", 2 + i);
        return (survivor.Profile!.Value, loser!.Profile!.Value);
    }

    /// <summary>Merges the two, with a word before each release.</summary>
    private async Task<IReadOnlyList<EventOutcome>> MergeAsync(Func<CustomerId, Task> beforeRelease)
    {
        var e = _kit.Event("""{"type":"track","event":"x","anonymousId":"old","context":{"device":{"id":"d"}}}""", 40);
        return await new IdentifierActor(EngineKit.Workspace, e.Identifiers[0], new Probed(_kit.Actors, beforeRelease), _kit.Services).RouteAsync([e]);
    }

    private sealed class Probed(IActors actors, Func<CustomerId, Task> beforeRelease) : IActors
    {
        public ICustomer Customer(string workspace, CustomerId id) => new ProbedCustomer(actors.Customer(workspace, id), () => beforeRelease(id));

        public Task<IReadOnlyList<EventOutcome>> RouteAsync(string workspace, Identifier anchor, IReadOnlyList<CustomerEvent> run) =>
            actors.RouteAsync(workspace, anchor, run);

        public ValueTask<OwnerHint?> OwnerAsync(string workspace, Identifier identifier, CustomerId? stale = null) =>
            actors.OwnerAsync(workspace, identifier, stale);

        public IDisposable Watch(string workspace, CustomerId id, System.Threading.Channels.ChannelWriter<bool> changes) =>
            actors.Watch(workspace, id, changes);
    }

    private sealed class ProbedCustomer(ICustomer customer, Func<Task> beforeRelease) : ICustomer
    {
        public ValueTask<ApplyAnswer> ApplyAsync(IReadOnlyList<CustomerEvent> events, int start, Via via) => customer.ApplyAsync(events, start, via);

        public ValueTask<ApplyAnswer> ResolveAsync(Resolution resolution) => customer.ResolveAsync(resolution);

        public ValueTask<Answer<CustomerFacts>> DescribeAsync(long atLeastVersion, UInt128 messageHash) => customer.DescribeAsync(atLeastVersion, messageHash);

        public ValueTask<Answer<CustomerState>> HoldAsync(HoldToken token, long atLeastVersion) => customer.HoldAsync(token, atLeastVersion);

        public async ValueTask ReleaseAsync(HoldToken token, JournalRow? appended, bool reload)
        {
            await beforeRelease();
            await customer.ReleaseAsync(token, appended, reload);
        }

        public ValueTask<Answer<ProfileView>> ReadAsync(Via via) => customer.ReadAsync(via);

        public ValueTask<Answer<ProfileView>> PatchAsync(Via via, PatchedRecord record) => customer.PatchAsync(via, record);

        public ValueTask<Answer<Merged>> MergeAsync(PersonMerge merge) => customer.MergeAsync(merge);

        public ValueTask<Answer<SplitAnswer>> SplitAsync(Via via, PersonSplit split) => customer.SplitAsync(via, split);

        public ValueTask<Answer<Moved>> MoveAsync(Via via, IReadOnlyList<Fix> fixes) => customer.MoveAsync(via, fixes);

        public ValueTask<Answer<Settled>> SettleAsync(long atLeastVersion) => customer.SettleAsync(atLeastVersion);

        public ValueTask<Answer<EraseCounts>> EraseAsync(Via via, bool suppress) => customer.EraseAsync(via, suppress);
    }
}
