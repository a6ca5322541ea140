using System.Net;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>The audit that the other tests rely on notices what it is for.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class AuditTests
{
    [Fact]
    public async Task The_audit_notices_events_that_are_lost_invented_or_at_the_wrong_profile()
    {
        using var folder = new ScratchFolder();
        await using var server = await TestedServer.StartAsync(folder.Data);
        using var client = new GridClient(server.Url);
        var people = new People();
        var history = new History();
        var random = new Random(1);
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.OK, await history.SendAsync(client, people.NextBatch(random)));
        var clean = await Audit.OfAsync(client, history);
        Assert.True(clean.Violations.Count == 0, clean.Report());
        Assert.True(clean.Sent > 20 && clean.Profiles > 1 && clean.Acked == clean.Sent && clean.Found == clean.Sent, clean.ToString());

        var lost = people.NextPage("nobody");
        lost.Acknowledge("applied", history.Events.First().ProfileId);
        history.Remember(lost);
        var split = people.NextPage("one", claimed: "two");
        Assert.Equal(HttpStatusCode.OK, await history.SendAsync(client, [split, people.NextPage("two")]));
        var invented = people.NextPage("one");
        await client.SendAsync([invented]);

        var found = await Audit.OfAsync(client, history);
        Assert.Equal(3, found.Violations.Count);
        Assert.Contains(found.Violations, v => v.StartsWith(lost.MessageId + " was acknowledged and is lost", StringComparison.Ordinal));
        Assert.Contains(found.Violations, v => v.StartsWith(invented.MessageId + " in ", StringComparison.Ordinal) && v.EndsWith("was never sent", StringComparison.Ordinal));
        Assert.Contains(found.Violations, v => v.StartsWith(split.MessageId + " is in ", StringComparison.Ordinal) && v.Contains("anonymous_id:two leads to", StringComparison.Ordinal));
    }

    [Fact]
    public void An_event_that_is_applied_twice_is_a_wrong_answer()
    {
        var e = new People().NextPage("a");
        Assert.True(e.Acknowledge("applied", "p"));
        Assert.True(e.Acknowledge("duplicate", "p"));
        Assert.False(e.Acknowledge("applied", "p"));
        Assert.False(e.Acknowledge("rejected", null));
    }
}
