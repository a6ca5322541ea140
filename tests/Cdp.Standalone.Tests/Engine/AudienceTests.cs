using Cdp.Core.Audiences.Membership;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal.Memory;
using Cdp.Testing.Journal;
using static Cdp.Testing.Audiences.TestDefinitions;

namespace Cdp.Standalone.Tests.Engine;

/// <summary>Memberships over time, restarts and failing stores.</summary>
public sealed class AudienceTests
{
    private const string Busy = """{"id":"busy","rule":{"event":"Viewed","atLeast":2,"within":"1m"}}""";
    private readonly EngineKit _kit = new(InForce(1, Busy));

    [Fact]
    public async Task A_member_ages_out_at_the_very_millisecond_without_traffic_and_the_exit_has_that_time()
    {
        await ViewAsync(0);
        var one = (await ViewAsync(10)).Profile!.Value;
        Assert.Equal(["busy"], await AudiencesAsync());
        _kit.Clock.Advance(TimeSpan.FromSeconds(50) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(["busy"], await AudiencesAsync());
        _kit.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await AudiencesAsync());

        // Nothing was written for the read; the next event writes down what happened meanwhile, at its time.
        await ViewAsync(600);
        Assert.Equal(["Enter 10 Event", "Exit 60 Time"], await HistoryAsync(one));
    }

    [Fact]
    public async Task A_restart_finds_the_same_memberships_and_writes_nothing_again()
    {
        await ViewAsync(0);
        var one = (await ViewAsync(10)).Profile!.Value;
        _kit.Restart();
        Assert.Equal(["busy"], await AudiencesAsync());
        await ViewAsync(20);
        Assert.Equal(["Enter 10 Event"], await HistoryAsync(one));
        // By the third event it is still one for a minute after the second.
        _kit.Clock.Advance(TimeSpan.FromSeconds(49));
        Assert.Equal(["busy"], await AudiencesAsync());
    }

    [Fact]
    public async Task What_was_not_written_before_a_crash_is_found_as_news_and_a_new_definition_as_history()
    {
        var journal = new NoJudgements();
        var kit = new EngineKit(InForce(1, Busy), journal);
        async Task<Core.Identity.CustomerId> ViewedAsync(double at) => (await kit.SendAsync("""{"type":"track","event":"Viewed","userId":"u"}""", at)).Profile!.Value;
        await ViewedAsync(0);
        var one = await ViewedAsync(10);
        await ViewedAsync(100);
        Assert.Equal(["Enter 10 Event", "Exit 60 Time"], await HistoryAsync(kit, one));

        // The event is durable, and what it changes is not: it is not acknowledged.
        journal.Fails = true;
        Assert.Equal(EventStatus.Failed, await SendAsync(110, "late"));
        kit.Restart();
        Assert.Equal(EventStatus.Failed, await SendAsync(115, "late"));
        journal.Fails = false;
        Assert.Equal(EventStatus.Duplicate, await SendAsync(120, "late"));
        Assert.Equal(["Enter 10 Event", "Exit 60 Time", "Enter 120 Event"], await HistoryAsync(kit, one));
        async Task<EventStatus> SendAsync(double at, string messageId) => (await kit.SendAsync("""{"type":"track","event":"Viewed","userId":"u"}""", at, null, messageId)).Status;

        kit.Audiences = InForce(2, Busy, """{"id":"ever","rule":{"event":"Viewed"}}""");
        await ViewedAsync(130);
        var ever = Assert.Single((await kit.Grid.AudienceHistoryAsync(EngineKit.Workspace, new(one, null)))!, c => c.Audience == "ever");
        Assert.Equal((ChangeKind.Enter, ChangeCause.Definition, true), (ever.Kind, ever.Cause, ever.Historical));
    }

    [Fact]
    public async Task Late_and_imported_events_change_memberships_and_trigger_nothing()
    {
        await _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"u","context":{"historical":true}}""", 1);
        var one = (await _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"u","context":{"historical":true}}""", 2)).Profile!.Value;
        Assert.Equal(["busy"], await AudiencesAsync());
        Assert.True(Assert.Single((await _kit.Grid.AudienceHistoryAsync(EngineKit.Workspace, new(one, null)))!).Historical);
    }

    private Task<Core.Grid.EventOutcome> ViewAsync(double at) => _kit.SendAsync("""{"type":"track","event":"Viewed","userId":"u"}""", at);

    private async Task<string[]> AudiencesAsync() =>
        [.. (await _kit.ProfileAsync("user_id", "u"))!.Value.GetProperty("audiences").EnumerateArray().Select(a => a.GetString()!)];

    private Task<string[]> HistoryAsync(CustomerId id) => HistoryAsync(_kit, id);

    private static async Task<string[]> HistoryAsync(EngineKit kit, CustomerId id) =>
        [.. (await kit.Grid.AudienceHistoryAsync(EngineKit.Workspace, new(id, null)))!
            .Select(c => $"{c.Kind} {(c.AtMs - EngineKit.Start.ToUnixTimeMilliseconds()) / 1000.0} {c.Cause}")];

    /// <summary>A store that can be told to refuse entries and exits.</summary>
    private sealed class NoJudgements() : DelegatingJournal(new InMemoryJournal())
    {
        public bool Fails { get; set; }

        public override ValueTask<Core.Journal.CommitOutcome> CommitAsync(Core.Journal.UnitOfWork unit, CancellationToken cancellationToken = default) =>
            Fails && unit.Appends[0].Entries[0].Kind == Core.Journal.RecordKind.Judged
                ? throw new Core.Journal.JournalUnavailableException("refused")
                : base.CommitAsync(unit, cancellationToken);
    }
}
