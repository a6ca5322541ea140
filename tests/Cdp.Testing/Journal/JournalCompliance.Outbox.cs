using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;
using Cdp.Testing.Requirements;
using Xunit;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Testing.Journal;

public abstract partial class JournalCompliance
{
    private const string Queue = "webhook:crm";

    private IOutbox Outbox => (IOutbox)journal;

    [SuiteFact]
    public async Task Messages_are_claimed_when_due_and_leased()
    {
        await Committed(Put(A, 0, ("late", 30), ("early", 10), ("middle", 20)));
        await Committed(Put(B, 0, ("elsewhere", 1)) with { Outbox = [new("other queue", "elsewhere", B, 1, "{}"u8.ToArray())] });
        Assert.Empty(await Claim(9));
        var claimed = await Claim(25);
        Assert.Equal(["early", "middle"], claimed.Select(static c => c.Message.Id));
        Assert.Equal((Queue, A, 10, "body of early"), (claimed[0].Message.Queue, claimed[0].Message.Stream, (int)claimed[0].Message.NotBeforeMs, claimed[0].Message.Body.Text()));
        Assert.Equal((0, 10), (claimed[0].Attempts, (int)claimed[0].CreatedAtMs));
        Assert.Equal(["late"], (await Claim(124)).Select(static c => c.Message.Id));
        Assert.Equal(["early", "middle"], (await Claim(125)).Select(static c => c.Message.Id));
        Assert.Empty(await Outbox.ClaimAsync("other", Queue, 1_000, 1, 10));
        Assert.Equal(new QueueState(3, 0, 10), await Outbox.QueueAsync(Workspace, Queue));
        Assert.Equal(new QueueState(0, 0, null), await Outbox.QueueAsync(Workspace, "nothing"));
        Assert.Equal(["late"], (await Outbox.ClaimAsync(Workspace, Queue, 224, 1, 1)).Select(static c => c.Message.Id));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Outbox.ClaimAsync(Workspace, Queue, 1, 1, 0));
    }

    [SuiteFact]
    public async Task A_second_message_of_an_id_is_dropped()
    {
        await Committed(Put(A, 0, ("x", 10)));
        await Committed(Unit(B.At(0, Event(1))) with { Outbox = [new(Queue, "x", B, 5, "other"u8.ToArray()), new("second", "x", B, 5, "other"u8.ToArray())] });
        Assert.Equal((A, "body of x"), (await Claim(100)).Select(static c => (c.Message.Stream, c.Message.Body.Text())).Single());
        Assert.Equal(1, (await Outbox.QueueAsync(Workspace, "second")).Pending);
    }

    [SuiteFact]
    public async Task Attempts_are_settled()
    {
        await Committed(Put(A, 0, ("delivered", 1), ("withheld", 2), ("failed", 3), ("dead", 4)));
        Assert.Equal(4, (await Claim(10)).Count);
        await Outbox.SettleAsync(Workspace, Queue,
        [
            new("delivered", 1, 10, 5, DeliveryStatus.Delivered, 200, null, null), new("withheld", 1, 11, 0, DeliveryStatus.Withheld, null, "no_consent", null),
            new("failed", 1, 12, 7, DeliveryStatus.Failed, 503, "http_503", 50), new("dead", 9, 13, 7, DeliveryStatus.Dead, null, "timeout", null),
            new("never there", 1, 14, 7, DeliveryStatus.Delivered, 200, null, null),
        ]);
        Assert.Equal(new QueueState(1, 1, 50), await Outbox.QueueAsync(Workspace, Queue));
        Assert.Empty(await Claim(49));
        var again = Assert.Single(await Claim(50));
        Assert.Equal(("failed", 1, 50, 3), (again.Message.Id, again.Attempts, (int)again.Message.NotBeforeMs, (int)again.CreatedAtMs));
        var dead = Assert.Single(await Outbox.DeadAsync(Workspace, Queue, null, 10));
        Assert.Equal(("dead", 9, "body of dead"), (dead.Message.Id, dead.Attempts, dead.Message.Body.Text()));

        var log = await Outbox.DeliveriesAsync(Workspace, Queue, null, 10);
        Assert.Equal(["never there", "dead", "failed", "withheld", "delivered"], log.Select(static d => d.Id));
        Assert.Equal(new("failed", 1, 12, 7, DeliveryStatus.Failed, 503, "http_503", 50), log[2]);
        Assert.Equal(new("withheld", 1, 11, 0, DeliveryStatus.Withheld, null, "no_consent", null), log[3]);
        Assert.Equal(["never there", "dead"], (await Outbox.DeliveriesAsync(Workspace, Queue, null, 2)).Select(static d => d.Id));
        await Outbox.SettleAsync(Workspace, Queue, [new("failed", 2, 60, 1, DeliveryStatus.Delivered, 200, null, null)]);
        Assert.Equal([2, 1], (await Outbox.DeliveriesAsync(Workspace, Queue, "failed", 10)).Select(static d => d.Attempt));
        Assert.Equal(new QueueState(0, 1, null), await Outbox.QueueAsync(Workspace, Queue));
        await Outbox.SettleAsync(Workspace, Queue, []);
    }

    [SuiteFact]
    public async Task Dead_messages_come_in_pages_and_are_replayed()
    {
        await Committed(Put(A, 0, [.. Enumerable.Range(1, 5).Select(static n => ($"m{n}", (long)n))]));
        await Outbox.SettleAsync(Workspace, Queue, [.. Enumerable.Range(1, 4).Select(static n => new Delivery($"m{n}", 3, 10, 1, DeliveryStatus.Dead, 400, "http_400", null))]);
        Assert.Equal(["m1", "m2", "m3"], (await Outbox.DeadAsync(Workspace, Queue, null, 3)).Select(static c => c.Message.Id));
        Assert.Equal(["m4"], (await Outbox.DeadAsync(Workspace, Queue, "m3", 3)).Select(static c => c.Message.Id));

        Assert.Equal(1, await Outbox.ReplayAsync(Workspace, Queue, "m2", 70));
        Assert.Equal(0, await Outbox.ReplayAsync(Workspace, Queue, "m2", 70));
        Assert.Equal(0, await Outbox.ReplayAsync(Workspace, Queue, "m5", 70));
        Assert.Equal(new QueueState(2, 3, 5), await Outbox.QueueAsync(Workspace, Queue));
        Assert.Equal(3, await Outbox.ReplayAsync(Workspace, Queue, null, 80));
        var claimed = await Claim(100);
        Assert.Equal([("m5", 0, 5), ("m2", 0, 70), ("m1", 0, 80), ("m3", 0, 80), ("m4", 0, 80)], claimed.Select(static c => (c.Message.Id, c.Attempts, (int)c.Message.NotBeforeMs)));
    }

    [SuiteFact]
    public async Task The_log_of_attempts_is_trimmed_in_steps()
    {
        await Outbox.SettleAsync(Workspace, Queue, [.. Enumerable.Range(1, 6).Select(static n => new Delivery($"m{n}", 1, n, 1, DeliveryStatus.Delivered, 200, null, null))]);
        Assert.Equal(2, await Outbox.TrimDeliveriesAsync(5, 2));
        Assert.Equal(2, await Outbox.TrimDeliveriesAsync(5, 9));
        Assert.Equal(0, await Outbox.TrimDeliveriesAsync(5, 9));
        Assert.Equal(["m6", "m5"], (await Outbox.DeliveriesAsync(Workspace, Queue, null, 9)).Select(static d => d.Id));
    }

    [SuiteFact]
    public async Task An_erasure_removes_messages()
    {
        await Committed(Put(A, 0, ("a1", 1), ("a2", 2)));
        await Committed(Put(B, 0, ("b", 3)));
        await Outbox.SettleAsync(Workspace, Queue, [new("a2", 1, 10, 1, DeliveryStatus.Dead, 400, "http_400", null)]);
        Assert.Equal(CommitOutcome.Committed, await journal.EraseAsync(new(Workspace, [(A, 1)], [], 9, false)));
        Assert.Equal(new QueueState(1, 0, 3), await Outbox.QueueAsync(Workspace, Queue));
        Assert.Equal(["b"], (await Claim(100)).Select(static c => c.Message.Id));
        Assert.Equal(0, await Outbox.ReplayAsync(Workspace, Queue, null, 1));
    }

    [SuiteFact]
    public async Task Deliverers_side_by_side_never_get_the_same_message()
    {
        const int all = 200;
        await Committed(Put(A, 0, [.. Enumerable.Range(0, all).Select(static n => ($"{n:d3}", (long)n))]));
        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            var mine = new List<string>();
            while (await Outbox.ClaimAsync(Workspace, Queue, 1_000, 1_000, 7) is { Count: > 0 } claimed) mine.AddRange(claimed.Select(static c => c.Message.Id));
            return mine;
        })));
        var left = (await Outbox.ClaimAsync(Workspace, Queue, 1_000, 1_000, all)).Select(static c => c.Message.Id);
        Assert.Equal(Enumerable.Range(0, all).Select(static n => $"{n:d3}"), claims.SelectMany(static c => c).Concat(left).Order(StringComparer.Ordinal));
    }

    private static UnitOfWork Put(CustomerId stream, long expected, params (string Id, long NotBeforeMs)[] messages) => Unit(stream.At(expected, Event(1))) with
    {
        Outbox = [.. messages.Select(m => new OutboxMessage(Queue, m.Id, stream, m.NotBeforeMs, Encoding.UTF8.GetBytes($"body of {m.Id}")))],
    };

    private ValueTask<IReadOnlyList<ClaimedMessage>> Claim(long nowMs) => Outbox.ClaimAsync(Workspace, Queue, nowMs, 100, 10);
}
