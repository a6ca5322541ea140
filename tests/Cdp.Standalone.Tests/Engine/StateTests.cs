using System.Text;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Memory;
using Cdp.Core.Profiles;
using Cdp.Hosting.Storage;
using Cdp.Standalone.Actors;
using Cdp.Testing.Journal;

namespace Cdp.Standalone.Tests.Engine;

public sealed class StateTests
{
    private readonly EngineKit _kit = new();

    [Fact]
    public async Task What_left_memory_comes_back_exactly_the_same()
    {
        await FillAsync(_kit);
        var before = (await _kit.ProfileAsync("user_id", "u1"))!.Value.ToString();
        _kit.Restart();
        Assert.Equal(before, (await _kit.ProfileAsync("user_id", "u1"))!.Value.ToString());
    }

    [Fact]
    public async Task A_snapshot_with_the_records_behind_it_gives_the_same_state_as_all_records()
    {
        var profile = await FillAsync(_kit);
        var full = await StateLoader.LoadAsync(_kit.Journal, EngineKit.Workspace, profile);
        for (var version = 1L; version < full!.Version; version++)
        {
            var upTo = await StateLoader.LoadAsync(_kit.Journal, EngineKit.Workspace, profile, version);
            var restored = StateCodec.Read(StateCodec.Write(upTo!));
            foreach (var row in (await _kit.Journal.LoadAsync(EngineKit.Workspace, profile))!.Tail.Where(r => r.Version > version))
            {
                if (row.Kind != RecordKind.Absorbed)
                {
                    StateLoader.Evolve(restored, row);
                    continue;
                }

                var absorbed = RecordCodec.ReadAbsorbed(row.Body);
                var loser = await StateLoader.LoadAsync(_kit.Journal, EngineKit.Workspace, absorbed.Loser, absorbed.LoserVersion + 1);
                restored.Evolve(row.Version, row.TimeMs, loser!);
            }

            Assert.Equal(Encoding.UTF8.GetString(StateCodec.Write(full)), Encoding.UTF8.GetString(StateCodec.Write(restored)));
        }
    }

    [Fact]
    public async Task A_customer_that_takes_many_events_offers_snapshots_now_and_then()
    {
        for (var i = 0; i < 800; i++)
            await _kit.SendAsync($$"""{"type":"track","event":"Viewed","anonymousId":"a","properties":{"text":"{{new string('x', 200)}}"} }""", i);
        var offers = _kit.Snapshots.Offers;
        Assert.InRange(offers.Count, 2, 12);
        await _kit.Journal.SaveSnapshotsAsync(EngineKit.Workspace, [offers[^1].Snapshot]);
        var before = (await _kit.ProfileAsync("anonymous_id", "a"))!.Value.ToString();
        _kit.Restart();
        Assert.Equal(before, (await _kit.ProfileAsync("anonymous_id", "a"))!.Value.ToString());
    }

    [Fact]
    public async Task Retention_removes_raw_events_and_leaves_their_effect()
    {
        var journal = new InMemoryJournal();
        var kit = new EngineKit(journal);
        await FillAsync(kit);
        var before = (await kit.ProfileAsync("user_id", "u1"))!.Value.ToString();
        var page = await kit.Grid.TimelineAsync(EngineKit.Workspace, new(null, new("user_id", "u1")), 1000, null, null);
        var removed = await RetentionSweep.TrimAsync(
            journal, journal, EngineKit.Workspace, EngineKit.Start.AddSeconds(4.5).ToUnixTimeMilliseconds());

        kit.Restart();
        Assert.True(removed > 0);
        Assert.Equal(before, (await kit.ProfileAsync("user_id", "u1"))!.Value.ToString());
        var after = await kit.Grid.TimelineAsync(EngineKit.Workspace, new(null, new("user_id", "u1")), 1000, null, null);
        Assert.Equal(page!.Events.Count - removed, after!.Events.Count);
        Assert.Equal(EventStatus.Applied, (await kit.SendAsync("""{"type":"track","event":"later","userId":"u1"}""", 50)).Status);
    }

    [Fact]
    public async Task Idle_customers_leave_memory_and_the_number_in_memory_is_bounded()
    {
        var kit = new EngineKit(memory: new MemoryOptions { MaxActiveCustomers = 50, MaxActiveIdentifiers = 60, MaxIdle = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 500; i++) await kit.SendAsync($$"""{"type":"page","anonymousId":"a{{i}}"}""", i);
        kit.Actors.Sweep(TimeSpan.FromSeconds(5));
        Assert.InRange(kit.Actors.ActiveCustomers, 1, 50);
        Assert.InRange(kit.Actors.ActiveIdentifiers, 1, 60);
        for (var i = 0; i < 13; i++) kit.Actors.Sweep(TimeSpan.FromSeconds(5));
        Assert.Equal((0, 0), (kit.Actors.ActiveCustomers, kit.Actors.ActiveIdentifiers));
        for (var i = 0; i < 500; i++) Assert.Equal(1, (await kit.ProfileAsync("anonymous_id", $"a{i}")).EventCount());
    }

    [Fact]
    public async Task Asking_for_unknown_identifiers_takes_no_memory()
    {
        for (var i = 0; i < 100; i++) Assert.Null(await _kit.ProfileAsync("anonymous_id", $"nobody{i}"));
        Assert.Equal((0, 0), (_kit.Actors.ActiveCustomers, _kit.Actors.ActiveIdentifiers));
    }

    /// <summary>Joins, a merge, a move, a refusal, a removed trait, a duplicate.</summary>
    internal static async Task<CustomerId> FillAsync(EngineKit kit)
    {
        await kit.SendAsync("""{"type":"page","anonymousId":"a1","context":{"ip":"10.0.0.1","userAgent":"UA","page":{"url":"https://x/?utm_source=s"}}}""", 1);
        await kit.SendAsync("""{"type":"page","anonymousId":"a2"}""", 2);
        await kit.SendAsync("""{"type":"identify","anonymousId":"a2","userId":"u1","traits":{"plan":"free","old":1,"address":{"city":"Oslo"}}}""", 3);
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","userId":"u1","traits":{"plan":"pro","old":null}}""", 4, messageId: "merge");
        await kit.SendAsync("""{"type":"identify","anonymousId":"a1","userId":"u1","traits":{"plan":"pro"}}""", 4, messageId: "merge");
        await kit.SendAsync("""{"type":"identify","anonymousId":"a3","userId":"u2","traits":{"email":"e@x.com"}}""", 5);
        await kit.SendAsync("""{"type":"track","event":"Bought","userId":"u1","anonymousId":"a3"}""", 6);
        await kit.SendAsync("""{"type":"identify","userId":"u1","traits":{"email":"e@x.com","name":"N"}}""", 7);
        return (await kit.SendAsync("""{"type":"track","event":"Bought","userId":"u1","properties":{"total":3}}""", 8)).Profile!.Value;
    }

    [Fact]
    public async Task Records_behind_the_last_snapshot_count_also_after_they_were_loaded()
    {
        for (var i = 0; i < 20; i++)
        {
            await _kit.SendAsync($$"""{"type":"track","event":"Viewed","anonymousId":"a","properties":{"text":"{{new string('x', 6_000)}}"} }""", i);
            _kit.Restart();
        }

        Assert.NotEmpty(_kit.Snapshots.Offers);
    }

    [Fact]
    public async Task Retention_goes_on_behind_a_stream_that_cannot_be_read()
    {
        var journal = new InMemoryJournal();
        var kit = new EngineKit(journal);
        var bad = new CustomerId(Guid.Parse("00000000-0000-7000-8000-000000000001"));
        await journal.CommitAsync(new(EngineKit.Workspace, [new(bad, 0, [new(RecordKind.Event, 1, """{"v":99}"""u8.ToArray())])], []));
        await FillAsync(kit);
        Assert.True(await RetentionSweep.TrimAsync(journal, journal, EngineKit.Workspace, EngineKit.Start.AddDays(1).ToUnixTimeMilliseconds()) > 0);
    }

    [Fact]
    public async Task A_long_chain_of_merges_is_read_once_from_its_far_end()
    {
        const int Length = 20;
        var journal = new GatedJournal();
        var kit = new EngineKit(journal);
        CustomerId last = default;
        for (var i = 0; i < Length; i++) last = (await kit.SendAsync($$"""{"type":"page","anonymousId":"a{{i}}"}""", i)).Profile!.Value;
        for (var i = 0; i < Length; i++)
            await kit.SendAsync($$"""{"type":"page","anonymousId":"a{{i}}","context":{"device":{"id":"d{{i}}"} } }""", 100 + i);
        for (var i = Length - 1; i > 0; i--)
            await kit.SendAsync($$"""{"type":"page","anonymousId":"a{{i - 1}}","context":{"device":{"id":"d{{i}}"} } }""", 200 - i);

        kit.Restart();
        var before = journal.Loads;
        Assert.Equal(3 * Length - 1, (await kit.ProfileAsync(last)).EventCount());
        Assert.InRange(journal.Loads - before, Length, 2 * Length);
    }
}
