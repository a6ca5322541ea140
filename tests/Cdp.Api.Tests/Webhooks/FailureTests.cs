using System.Text;
using Cdp.Api.Tests.Webhooks.Support;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;
using Cdp.Hosting.Delivery;
using Cdp.Testing.Journal;
using Microsoft.AspNetCore.Http;
using static Cdp.Testing.Journal.Units;

namespace Cdp.Api.Tests.Webhooks;

public sealed class FailureTests
{
    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    public async Task A_refusal_is_tried_again(int status)
    {
        var attempt = await FailAsync(context => Answer(context, status));

        Assert.Equal((status, WebhookCodes.HttpStatus), (attempt.HttpStatus, attempt.Code));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var target = await Receiver.StartAsync();
        var attempt = await FailAsync(context =>
        {
            context.Response.Headers.Location = target.Url;
            return Answer(context, status);
        });

        Assert.Equal((status, WebhookCodes.Redirect), (attempt.HttpStatus, attempt.Code));
        Assert.Empty(target.Requests);
    }

    [Fact]
    public async Task A_reset_is_tried_again()
    {
        var attempt = await FailAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal((null, WebhookCodes.Connection), (attempt.HttpStatus, attempt.Code));
    }

    [Theory]
    [InlineData(false, 200, null, WebhookCodes.Timeout)]
    [InlineData(true, 200, 200, WebhookCodes.Timeout)]
    [InlineData(true, 500, 500, WebhookCodes.HttpStatus)]
    public async Task What_does_not_end_in_time_is_tried_again(bool begins, int status, int? known, string code)
    {
        await using var receiver = await Receiver.StartAsync();
        var begun = new TaskCompletionSource();
        receiver.Answer = async context =>
        {
            context.Response.StatusCode = status;
            if (begins) await context.Response.Body.WriteAsync("slow"u8.ToArray());
            if (begins) await context.Response.Body.FlushAsync();
            begun.TrySetResult();
            await receiver.HangAsync();
        };
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url, ""","timeoutSeconds":3""");
        await delivering.PutAsync("crm", "m1");
        await begun.Task.WaitAsync(Delivering.Patience);
        delivering.Clock.Advance(TimeSpan.FromMilliseconds(2_999));
        Assert.Empty(await delivering.LogAsync("crm"));
        delivering.Clock.Advance(TimeSpan.FromMilliseconds(1));

        var attempt = Assert.Single(await delivering.AttemptsAsync("crm", 1));
        // Whether the first line was here at the limit is the network's business.
        Assert.Contains((attempt.HttpStatus, attempt.Code), new (int?, string?)[] { (known, code), (null, WebhookCodes.Timeout) });
        Assert.Equal((DeliveryStatus.Failed, 3_000), (attempt.Status, attempt.DurationMs));
    }

    [Fact]
    public async Task An_answer_without_end_is_read_for_64_kib()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(new byte[4_096], context.RequestAborted);
        };
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.PutAsync("crm", "m1");

        Assert.Equal(DeliveryStatus.Delivered, Assert.Single(await delivering.AttemptsAsync("crm", 1)).Status);
    }

    [Fact]
    public async Task A_message_is_tried_so_often_and_then_waits_for_a_person()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static context => Answer(context, 500);
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url, ""","maxAttempts":4""");
        await delivering.PutAsync("crm", "m1");
        for (var attempt = 1; attempt < 4; attempt++)
        {
            var last = (await delivering.AttemptsAsync("crm", attempt))[0];
            Assert.Equal((attempt, DeliveryStatus.Failed), (last.Attempt, last.Status));
            Assert.InRange(last.RetryAtMs!.Value - delivering.Clock.NowMs, RetryPolicy.Floor.TotalMilliseconds, RetryPolicy.Cap.TotalMilliseconds);
            delivering.Clock.Advance(TimeSpan.FromMilliseconds(last.RetryAtMs.Value - delivering.Clock.NowMs - 1));
            Assert.Equal(attempt, receiver.Requests.Count);
            delivering.Clock.Advance(WebhookDelivery.PollInterval);
        }

        var given = (await delivering.AttemptsAsync("crm", 4))[0];
        Assert.Equal((4, DeliveryStatus.Dead, null), (given.Attempt, given.Status, given.RetryAtMs));
        Assert.Equal(new QueueState(0, 1, null), await delivering.QueueAsync("crm"));
        Assert.All(receiver.Ids, static id => Assert.Equal("m1", id));

        receiver.Answer = static _ => Task.CompletedTask;
        Assert.Equal(1, await delivering.Store.Outbox.ReplayAsync(Workspace, "webhook:crm", "m1", delivering.Clock.NowMs));
        delivering.Clock.Advance(WebhookDelivery.PollInterval);
        Assert.Equal((1, DeliveryStatus.Delivered), ((await delivering.AttemptsAsync("crm", 5))[0].Attempt, (await delivering.LogAsync("crm"))[0].Status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retry_after_holds_all_messages_of_the_endpoint(bool asDate)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        var now = delivering.Clock.GetUtcNow();
        receiver.Answer = context =>
        {
            context.Response.Headers.RetryAfter = asDate ? now.AddSeconds(120).ToString("r", System.Globalization.CultureInfo.InvariantCulture) : "120";
            return Answer(context, 429);
        };
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.PutAsync("crm", "m1");
        var attempt = Assert.Single(await delivering.AttemptsAsync("crm", 1));
        Assert.Equal(now.AddSeconds(120).ToUnixTimeMilliseconds(), attempt.RetryAtMs);

        receiver.Answer = static _ => Task.CompletedTask;
        await delivering.PutAsync("crm", "m2");
        delivering.Clock.Advance(TimeSpan.FromMilliseconds(119_999));
        Assert.Single(receiver.Requests);
        delivering.Clock.Advance(TimeSpan.FromMilliseconds(501));
        await delivering.AttemptsAsync("crm", 3);
        Assert.Equal(["m1", "m2"], receiver.Ids.Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Gone_disables_the_endpoint_and_the_rest_waits()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static context => Answer(context, 410);
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url, ""","concurrency":1""");
        await delivering.PutAsync("crm", "m1", "m2");

        var attempt = Assert.Single(await delivering.AttemptsAsync("crm", 1));
        Assert.Equal((DeliveryStatus.Dead, 410, WebhookCodes.Gone), (attempt.Status, attempt.HttpStatus, attempt.Code));
        var known = delivering.Definitions.Find(Workspace, "crm")!;
        Assert.False(known.Endpoint!.IsEnabled);
        Assert.Equal(("delivery", "The receiver answered 410 Gone."), (known.Definition!.By, known.Definition.Reason));
        Assert.Equal(new QueueState(1, 1, delivering.Clock.NowMs), await delivering.QueueAsync("crm"));

        receiver.Answer = static _ => Task.CompletedTask;
        await delivering.DefineAsync("crm", receiver.Url, withSecret: false);
        await delivering.AttemptsAsync("crm", 2);
        Assert.Equal(["m1", "m2"], receiver.Ids);
    }

    [Fact]
    public async Task Too_large_a_body_is_never_sent()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url);
        var largest = Encoding.UTF8.GetBytes($"\"{new string('x', WebhookSender.MaxBodyBytes - 2)}\"");
        var stream = Customer(99);
        await delivering.Store.Journal.CommitAsync(Unit(stream.At(0, Event(1))) with
        {
            Outbox = [new("webhook:crm", "fits", stream, 0, largest), new("webhook:crm", "large", stream, 0, (byte[])[.. largest, (byte)' '])],
        });
        delivering.Clock.Advance(WebhookDelivery.PollInterval);

        var attempts = (await delivering.AttemptsAsync("crm", 2)).ToDictionary(static a => a.Id);
        Assert.Equal((DeliveryStatus.Dead, WebhookCodes.BodyTooLarge), (attempts["large"].Status, attempts["large"].Code));
        Assert.Equal(DeliveryStatus.Delivered, attempts["fits"].Status);
        Assert.Equal(["fits"], receiver.Ids);
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>The first attempt at a receiver that answers so; it failed, is to be made again, and the message still waits.</summary>
    private static async Task<Delivery> FailAsync(RequestDelegate answer)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context => answer(context);
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.PutAsync("crm", "m1");
        var attempt = Assert.Single(await delivering.AttemptsAsync("crm", 1));
        Assert.Equal((1, DeliveryStatus.Failed), (attempt.Attempt, attempt.Status));
        Assert.True(attempt.RetryAtMs > delivering.Clock.NowMs);
        Assert.Equal(1, (await delivering.QueueAsync("crm")).Pending);
        Assert.Single(receiver.Requests);
        return attempt;
    }
}
