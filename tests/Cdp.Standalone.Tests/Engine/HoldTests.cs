using Cdp.Core.Actors;
using Cdp.Core.Events;
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
        var (actor, survivor) = await TwoActorsAsync(kit);
        var token = new HoldToken(Guid.NewGuid());
        var version = (await actor.HoldAsync(token)).Value!.Version;
        kit.Clock.Advance(CustomerActor.HoldTimeout + TimeSpan.FromSeconds(1));
        Assert.Equal(CallStatus.Busy, (await actor.HoldAsync(new(Guid.NewGuid()))).Status);
        Assert.Equal(CallStatus.Done, (await actor.ReadAsync(null)).Status);

        var row = await TakeAsync(kit, actor.Id, version, survivor);
        await actor.ReleaseAsync(token, outcomeKnown ? row : null, outcomeKnown);

        var read = await actor.ReadAsync(null);
        Assert.Equal((CallStatus.NotMine, (CustomerId?)survivor), (read.Status, read.Successor));
    }

    [Fact]
    public async Task A_held_customer_that_a_merge_has_taken_is_not_read_from_its_memory()
    {
        var kit = new EngineKit();
        var (loser, survivor) = await TwoActorsAsync(kit);
        var token = new HoldToken(Guid.NewGuid());
        var version = (await loser.HoldAsync(token)).Value!.Version;
        Assert.Equal(CallStatus.Done, (await loser.ReadAsync(null)).Status);
        await TakeAsync(kit, loser.Id, version, survivor);

        // Nobody has told it, and on another machine nobody may ever do.
        Assert.Null(loser.TryView());
        var read = await loser.ReadAsync(null);
        Assert.Equal((CallStatus.NotMine, (CustomerId?)survivor), (read.Status, read.Successor));

        kit.Clock.Advance(CustomerActor.HoldTimeout);
        Assert.Null(loser.TryView());
        read = await loser.ReadAsync(null);
        Assert.Equal((CallStatus.NotMine, (CustomerId?)survivor), (read.Status, read.Successor));
    }

    [Fact]
    public async Task A_customer_whose_hold_is_over_is_read_from_memory_again()
    {
        var kit = new EngineKit();
        var (customer, _) = await TwoActorsAsync(kit);
        await customer.HoldAsync(new(Guid.NewGuid()));
        kit.Clock.Advance(CustomerActor.HoldTimeout);

        Assert.Equal(CallStatus.Done, (await customer.ReadAsync(null)).Status);
        Assert.NotNull(customer.TryView());
    }

    private static async Task<(CustomerActor Customer, CustomerId Other)> TwoActorsAsync(EngineKit kit)
    {
        await kit.SendAsync("""{"type":"page","anonymousId":"a"}""", 1);
        var id = (await kit.Journal.OwnersAsync(EngineKit.Workspace, [new("anonymous_id", "a")]))[0].Owner!.Value;
        return (new CustomerActor(EngineKit.Workspace, id, kit.Services), kit.Services.Ids.NewCustomer());
    }

    private static async Task<JournalRow> TakeAsync(EngineKit kit, CustomerId loser, long version, CustomerId survivor)
    {
        var row = new JournalRow(loser, version + 1, RecordKind.MergedInto, 1, RecordCodec.Write(new MergedIntoRecord(survivor, ReasonCodes.Merged, null)));
        await kit.Journal.CommitAsync(new(EngineKit.Workspace, [new(loser, version, [new(row.Kind, row.TimeMs, row.Body)])], []));
        return row;
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

        public ValueTask<CustomerId?> OwnerAsync(string workspace, Identifier identifier, CustomerId? stale = null) =>
            actors.OwnerAsync(workspace, identifier, stale);

        public IDisposable Watch(string workspace, CustomerId id, System.Threading.Channels.ChannelWriter<bool> changes) =>
            actors.Watch(workspace, id, changes);
    }

    private sealed class ProbedCustomer(ICustomer customer, Func<Task> beforeRelease) : ICustomer
    {
        public ValueTask<ApplyAnswer> ApplyAsync(IReadOnlyList<CustomerEvent> events, int start, Identifier via) => customer.ApplyAsync(events, start, via);

        public ValueTask<ApplyAnswer> ResolveAsync(Resolution resolution) => customer.ResolveAsync(resolution);

        public ValueTask<Answer<CustomerFacts>> DescribeAsync() => customer.DescribeAsync();

        public ValueTask<Answer<CustomerState>> HoldAsync(HoldToken token) => customer.HoldAsync(token);

        public async ValueTask ReleaseAsync(HoldToken token, JournalRow? appended, bool outcomeKnown)
        {
            await beforeRelease();
            await customer.ReleaseAsync(token, appended, outcomeKnown);
        }

        public ValueTask<Answer<ProfileView>> ReadAsync(Identifier? via) => customer.ReadAsync(via);

        public ValueTask<Answer<ProfileView>> PatchAsync(Identifier? via, PatchedRecord record) => customer.PatchAsync(via, record);

        public ValueTask<Answer<EraseCounts>> EraseAsync(Identifier? via, bool suppress) => customer.EraseAsync(via, suppress);
    }
}
