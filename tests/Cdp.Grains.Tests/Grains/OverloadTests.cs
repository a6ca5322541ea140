using Cdp.Core.Grid;
using Cdp.Grains.Tests.Support;
using Cdp.Testing.Journal;
using Cdp.Testing.Waiting;

namespace Cdp.Grains.Tests.Grains;

/// <summary>More calls than a queue takes.</summary>
public sealed class OverloadTests
{
    [Fact]
    public async Task A_full_queue_refuses_at_once_and_forgets_nothing_that_it_took()
    {
        var journal = new GatedJournal();
        await using var silo = await TestSilo.StartAsync(journal, options: new CdpGrainsOptions { MaxWaitingCalls = 5 });
        await silo.Grid.CreateAsync("""{"type":"track","event":"x","userId":"u1"}""", 1);
        journal.Close();
        List<Task<EventOutcome>> sent = [];
        for (var i = 0; i < 40; i++) sent.Add(silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u1"}""", 2, $"e{i:00}"));
        await Eventually.TrueAsync("most of them are refused", TimeSpan.FromSeconds(10), () => sent.Count(s => s.IsCompleted) >= 30);

        journal.Open();
        var outcomes = await Task.WhenAll(sent);

        var refused = outcomes.Where(o => o.Status == EventStatus.Failed).ToArray();
        Assert.All(refused, o => Assert.Equal("overloaded", Assert.Single(o.Reasons).Code));
        Assert.InRange(refused.Length, 30, 39);
        var timeline = await silo.Grid.TimelineAsync("shop", new(null, new("user_id", "u1")), 100, null, null);
        Assert.Equal(
            outcomes.Where(o => o.Status == EventStatus.Applied).Select(o => o.MessageId).Order(StringComparer.Ordinal),
            timeline!.Events.Select(e => e.MessageId).Where(m => m.StartsWith('e')).Order(StringComparer.Ordinal));

        // Sent again, as the caller was told, they are all there.
        foreach (var o in refused) Assert.Equal(EventStatus.Applied, (await silo.Grid.SendAsync("""{"type":"track","event":"x","userId":"u1"}""", 2, o.MessageId)).Status);
        Assert.Equal(41, (await silo.Grid.ReadAsync("user_id", "u1")).EventCount());
    }
}
