using System.Security.Cryptography;
using System.Text;
using Cdp.Api.Tests.Webhooks.Support;
using Cdp.Core.Grid;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;
using Cdp.Hosting.Delivery;
using Cdp.Storage.Sqlite;
using Cdp.Testing.Processes;
using Cdp.Testing.Waiting;

namespace Cdp.Api.Tests.Webhooks;

public sealed class DeliveryTests
{
    /// <summary>Of an endpoint with the default time limit.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_message_comes_as_standard_webhooks_has_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url, ""","headers":{"Authorization":"Bearer x","X-Tenant":"7"}""");
        await delivering.PutAsync("crm", "m1");

        var attempt = Assert.Single(await delivering.AttemptsAsync("crm", 1));
        Assert.Equal(("m1", 1, DeliveryStatus.Delivered, 200, null), (attempt.Id, attempt.Attempt, attempt.Status, attempt.HttpStatus, attempt.Code));
        var request = Assert.Single(receiver.Requests);
        Assert.Equal("""{"id":"m1"}""", Encoding.UTF8.GetString(request.Body));
        Assert.Equal(("application/json", "m1", "Bearer x", "7"), (request.Header("content-type"), request.Header("webhook-id"), request.Header("authorization"), request.Header("x-tenant")));
        Assert.Equal(delivering.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), request.Header("webhook-timestamp"));
        Assert.Equal([1], SignedBy(request, 1));
        Assert.Equal(new QueueState(0, 0, null), await delivering.QueueAsync("crm"));
    }

    [Fact]
    public async Task While_a_secret_is_replaced_both_sign()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.RotateAsync("crm", 2, TimeSpan.FromHours(24));
        await delivering.PutAsync("crm", "m1");
        await delivering.AttemptsAsync("crm", 1);
        delivering.Clock.Advance(TimeSpan.FromHours(24));
        await delivering.PutAsync("crm", "m2");
        await delivering.AttemptsAsync("crm", 2);

        var requests = receiver.Requests.ToArray();
        Assert.Equal([2, 1], SignedBy(requests[0], 1, 2));
        Assert.Equal([2], SignedBy(requests[1], 1, 2));
    }

    [Fact]
    public async Task What_nobody_told_of_is_found_by_looking()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.PutSilentlyAsync("crm", "m1");

        delivering.Clock.Advance(WebhookDelivery.PollInterval);
        await delivering.AttemptsAsync("crm", 1);
        Assert.Equal(["m1"], receiver.Ids);
    }

    [Fact]
    public async Task A_dead_endpoint_holds_up_no_other()
    {
        await using var dead = await Receiver.StartAsync();
        await using var live = await Receiver.StartAsync();
        dead.Answer = _ => dead.HangAsync();
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("dead", dead.Url);
        await delivering.DefineAsync("live", live.Url);
        string[] messages = [.. Enumerable.Range(0, 100).Select(static n => $"m{n:d3}")];
        await delivering.PutAsync("dead", messages);
        await Eventually.TrueAsync("the dead one has all that it gets", Delivering.Patience, () => dead.Requests.Count == 4);
        await delivering.PutAsync("live", messages);

        // The clock stands still: no attempt at the dead one ends before all are at the live one.
        await delivering.AttemptsAsync("live", messages.Length);
        Assert.Equal(messages, live.Ids.Order(StringComparer.Ordinal));
        Assert.Equal(4, dead.Requests.Count);
        Assert.Empty(await delivering.LogAsync("dead"));
        Assert.InRange(live.MostAtOnce, 1, 4);
    }

    [Fact]
    public Task Two_deliverers_never_send_one_message_twice() => DeliverSideBySideAsync(null);

    [Fact]
    public async Task Nor_do_two_over_one_file()
    {
        using var folder = new ScratchFolder();
        await using var journal = await SqliteJournal.OpenAsync(new() { Directory = folder.Data }, TimeProvider.System);
        await DeliverSideBySideAsync(GridStore.Of(journal, new()));
    }

    [Fact]
    public async Task A_kill_between_delivery_and_its_record_sends_it_again_under_its_id()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start(deliverers: 0);
        var first = delivering.StartOne();
        delivering.Outbox.RefusesAttempts = true;
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.PutAsync("crm", "m1");
        await Eventually.TrueAsync("it was sent and not written down", Delivering.Patience, () => delivering.Outbox.Refused > 0);
        await delivering.KillAsync(first);
        delivering.Outbox.RefusesAttempts = false;
        delivering.StartOne();
        await delivering.PutAsync("crm", "m2");
        await delivering.AttemptsAsync("crm", 1);

        // While the lease lasts nobody else has it.
        Assert.Equal(["m1", "m2"], receiver.Ids);
        delivering.Clock.Advance(Lease);
        await delivering.AttemptsAsync("crm", 2);
        Assert.Equal(["m1", "m2", "m1"], receiver.Ids);
        Assert.Equal(receiver.Requests.First().Body, receiver.Requests.Last().Body);
        Assert.Equal(0, (await delivering.QueueAsync("crm")).Pending);
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_while_gets_the_attempt_later()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        delivering.Outbox.RefusesAttempts = true;
        await delivering.DefineAsync("crm", receiver.Url, ""","concurrency":1""");
        await delivering.PutAsync("crm", "m1", "m2");
        // The timer of looks, and that of the next try.
        await Eventually.TrueAsync("it waits to be written down", Delivering.Patience, () => delivering.Outbox.Refused > 0 && delivering.Clock.ArmedTimers == 2);
        Assert.Equal(["m1"], receiver.Ids);
        delivering.Outbox.RefusesAttempts = false;
        delivering.Clock.Advance(TimeSpan.FromSeconds(1));
        await delivering.AttemptsAsync("crm", 2);

        Assert.Equal(["m1", "m2"], receiver.Ids);
    }

    [Fact]
    public async Task A_stop_lets_attempts_end_and_cuts_off_what_goes_on()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = _ => receiver.HangAsync();
        await using var delivering = Delivering.Start(deliverers: 0);
        var first = delivering.StartOne();
        await delivering.DefineAsync("crm", receiver.Url, ""","timeoutSeconds":30""");
        await delivering.PutAsync("crm", "m1");
        await Eventually.TrueAsync("it is under way", Delivering.Patience, () => !receiver.Requests.IsEmpty);
        var stopped = first.StopAsync(CancellationToken.None);
        Assert.False(stopped.IsCompleted);
        await Eventually.TrueAsync("it is cut off", Delivering.Patience, () =>
        {
            // In steps so small that the grace is over long before the attempt's own limit.
            delivering.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return stopped.IsCompleted;
        });

        await stopped;
        var cut = Assert.Single(await delivering.LogAsync("crm"));
        Assert.Equal((0, DeliveryStatus.Failed, WebhookCodes.Stopped), (cut.Attempt, cut.Status, cut.Code));
        receiver.Answer = static _ => Task.CompletedTask;
        delivering.StartOne();
        Assert.Equal((1, DeliveryStatus.Delivered), ((await delivering.AttemptsAsync("crm", 2))[0].Attempt, (await delivering.LogAsync("crm"))[0].Status));
        Assert.Equal(["m1", "m1"], receiver.Ids);
    }

    private static async Task DeliverSideBySideAsync(GridStore? store)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start(deliverers: 2, store: store);
        await delivering.DefineAsync("crm", receiver.Url, ""","concurrency":8""");
        string[] messages = [.. Enumerable.Range(0, 300).Select(static n => $"m{n:d3}")];
        foreach (var chunk in messages.Chunk(10)) await delivering.PutAsync("crm", chunk);

        await delivering.AttemptsAsync("crm", messages.Length);
        Assert.Equal(messages, receiver.Ids.Order(StringComparer.Ordinal));
        Assert.InRange(receiver.MostAtOnce, 1, 16);
        Assert.Equal(new QueueState(0, 0, null), await delivering.QueueAsync("crm"));
    }

    /// <summary>By which secrets (bytes of one value) the signatures of a request are, in their order; written from the specification, not from our code.</summary>
    private static IEnumerable<int> SignedBy(Received request, params byte[] fills)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(request.Header("webhook-id") + "." + request.Header("webhook-timestamp") + "."), .. request.Body];
        foreach (var signature in request.Header("webhook-signature").Split(' '))
        {
            var parts = signature.Split(',');
            Assert.Equal("v1", parts[0]);
            yield return fills.Single(fill =>
            {
                using var hmac = new HMACSHA256([.. Enumerable.Repeat(fill, 32)]);
                return Convert.ToBase64String(hmac.ComputeHash(signed)) == parts[1];
            });
        }
    }
}
