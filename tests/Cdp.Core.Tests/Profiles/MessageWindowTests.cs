using Cdp.Core.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace Cdp.Core.Tests.Profiles;

public sealed class MessageWindowTests
{
    private const long Day = 24 * Make.Hour;

    [Theory]
    [InlineData(Day - 1, true)]
    [InlineData(Day, true)]
    [InlineData(Day + 1, false)]
    public void An_id_is_remembered_for_24_hours_of_arrivals(long later, bool remembered)
    {
        var window = Window(Entry(1, 0), Entry(2, later));
        Assert.Equal(remembered, window.Contains(1));
        Assert.True(window.Contains(2));
        Assert.False(window.Contains(3));
    }

    [Fact]
    public void Of_more_than_100_000_ids_the_latest_are_remembered()
    {
        var window = new MessageWindow();
        for (var i = 0; i < MessageWindow.MaxEntries + 5; i++) window.Add(Entry((UInt128)i, i));
        Assert.Equal(MessageWindow.MaxEntries, window.Entries.Count);
        Assert.False(window.Contains(4));
        Assert.True(window.Contains(5));
        Assert.True(window.Contains(MessageWindow.MaxEntries + 4));
    }

    [Fact]
    public void Ids_are_kept_in_the_order_of_their_arrival_with_what_they_came_in_by()
    {
        var window = Window(Entry(3, 1), Entry(1, 2), new(2, 3, Make.Browser));
        Assert.Equal([3, 1, 2], window.Entries.Select(e => (int)e.Hash));
        Assert.Equal(Make.Browser, window.Entries.Last().Anchor);
    }

    [Fact]
    public void A_repeat_changes_nothing()
    {
        var window = Window(Entry(1, 0), Entry(2, 10));
        window.Add(new(1, Make.Start + Day + 5, Make.Browser));
        Assert.Equal([Entry(1, 0), Entry(2, 10)], window.Entries);
        window.Add(Entry(3, Day + 5));
        Assert.False(window.Contains(1));
    }

    [Fact]
    public void One_quiet_day_forgets_everything_but_the_new_id()
    {
        var window = new MessageWindow();
        for (var i = 0; i < 50; i++) window.Add(Entry((UInt128)i, i));
        window.Add(Entry(99, 2 * Day));
        Assert.Equal(Entry(99, 2 * Day), Assert.Single(window.Entries));
        Assert.False(window.Contains(49));
    }

    [Fact]
    public void It_remembers_what_a_plain_list_does_and_the_same_after_a_snapshot()
    {
        var arrivals = (from hash in Gen.Choose(0, 40) from hours in Gen.Choose(0, 8) select (Hash: hash, Hours: hours)).ArrayOf();
        Prop.ForAll(arrivals.ToArbitrary(), steps =>
        {
            var window = new MessageWindow();
            var model = new List<MessageWindow.Entry>();
            var now = 0L;
            foreach (var (hash, hours) in steps)
            {
                now += hours * Make.Hour;
                var entry = Entry((UInt128)hash, now);
                window.Add(entry);
                if (model.All(e => e.Hash != entry.Hash)) model.Add(entry);
                model.RemoveAll(e => e.ReceivedAtMs < model[^1].ReceivedAtMs - Day);
            }

            var restored = new MessageWindow();
            foreach (var entry in window.Entries) restored.Restore(entry);
            return Enumerable.Range(0, 41).All(h => window.Contains((UInt128)h) == model.Any(e => e.Hash == (UInt128)h)
                    && restored.Contains((UInt128)h) == window.Contains((UInt128)h))
                && window.Entries.SequenceEqual(model) && restored.Entries.SequenceEqual(model);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    private static MessageWindow.Entry Entry(UInt128 hash, long at) => new(hash, Make.Start + at, Make.User);

    private static MessageWindow Window(params MessageWindow.Entry[] entries)
    {
        var window = new MessageWindow();
        foreach (var entry in entries) window.Add(entry);
        return window;
    }
}
