using Cdp.Core.Definitions;
using Cdp.Core.Journal;
using Cdp.Testing.Definitions;

namespace Cdp.Core.Tests.Definitions;

public sealed class DefinitionFeedTests
{
    private readonly InMemoryDefinitions _store = new();
    private readonly List<string> _seen = [];

    [Fact]
    public async Task What_was_written_here_is_known_before_the_write_returns()
    {
        var feed = Feed();

        await feed.WriteAsync(Put("vip"));

        Assert.Equal(["shop vip 1"], _seen);
    }

    [Fact]
    public async Task What_others_wrote_is_known_after_a_poll_and_once()
    {
        var (here, there) = (Feed(), new DefinitionFeed(_store));
        await there.WriteAsync(Put("vip"));
        await there.WriteAsync(Put("vip"));
        await there.WriteAsync(Put("club") with { Workspace = "other" });
        await there.WriteAsync(Put("no-audience") with { Kind = "webhook" });
        Assert.Empty(_seen);

        await here.PollAsync();
        await here.PollAsync();

        Assert.Equal(["other club 1", "shop vip 2"], _seen.Order());
    }

    [Fact]
    public async Task A_change_of_another_process_is_not_overtaken_by_a_later_one_of_this_process()
    {
        var (here, there) = (Feed(), new DefinitionFeed(_store));
        await there.WriteAsync(Put("theirs"));
        await here.WriteAsync(Put("ours"));

        await here.PollAsync();

        Assert.Equal(["shop ours 1", "shop theirs 1"], _seen);
    }

    [Fact]
    public async Task A_deletion_is_handed_on_and_so_is_what_was_in_the_way()
    {
        var (here, there) = (Feed(), new DefinitionFeed(_store));
        await here.WriteAsync(Put("vip"));
        await there.WriteAsync(Put("vip") with { Body = null });

        var outcome = await here.WriteAsync(Put("vip") with { ExpectedVersion = 1 });

        Assert.Equal(DefinitionStatus.Conflict, outcome.Status);
        Assert.Equal(["shop vip 1", "shop vip 2 deleted"], _seen);
    }

    [Fact]
    public async Task Whoever_subscribes_late_is_told_what_is_known()
    {
        var feed = new DefinitionFeed(_store);
        await feed.WriteAsync(Put("vip"));
        await feed.WriteAsync(Put("vip"));

        feed.Subscribe("audience", Note);

        Assert.Equal(["shop vip 2"], _seen);
    }

    [Fact]
    public async Task While_the_store_is_away_what_is_known_stays_and_the_next_poll_goes_on()
    {
        var (here, there) = (Feed(), new DefinitionFeed(_store));
        await there.WriteAsync(Put("vip"));
        await here.PollAsync();
        _store.IsUnavailable = true;
        await Assert.ThrowsAsync<JournalUnavailableException>(() => here.PollAsync());

        _store.IsUnavailable = false;
        await there.WriteAsync(Put("vip"));
        await here.PollAsync();

        Assert.Equal(["shop vip 1", "shop vip 2"], _seen);
    }

    private static DefinitionWrite Put(string name) => new("shop", "audience", name, "{}"u8.ToArray(), 1, "test");

    private DefinitionFeed Feed()
    {
        var feed = new DefinitionFeed(_store);
        feed.Subscribe("audience", Note);
        return feed;
    }

    private void Note(Definition d) => _seen.Add($"{d.Workspace} {d.Name} {d.Version}" + (d.IsDeleted ? " deleted" : ""));
}
