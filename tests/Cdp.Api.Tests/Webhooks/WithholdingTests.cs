using Cdp.Api.Tests.Webhooks.Support;
using Cdp.Core.Activation;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;
using Cdp.Testing.Waiting;

namespace Cdp.Api.Tests.Webhooks;

public sealed class WithholdingTests
{
    [Fact]
    public async Task What_must_not_be_sent_any_more_is_withheld()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        delivering.MayStillSend = static (_, claimed, _) => ValueTask.FromResult(claimed.Message.Id == "m1" ? new SendVerdict(false, "no_consent", null) : Delivering.Send);
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.PutAsync("crm", "m1", "m2");

        var attempts = (await delivering.AttemptsAsync("crm", 2)).ToDictionary(static a => a.Id);
        Assert.Equal((DeliveryStatus.Withheld, "no_consent", null), (attempts["m1"].Status, attempts["m1"].Code, attempts["m1"].HttpStatus));
        Assert.Equal(["m2"], receiver.Ids);
        Assert.Equal(0, (await delivering.QueueAsync("crm")).Pending);
    }

    [Fact]
    public async Task It_is_asked_again_before_every_attempt()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.PutAsync("crm", "m1");
        await delivering.AttemptsAsync("crm", 1);
        delivering.MayStillSend = static (_, _, _) => ValueTask.FromResult(new SendVerdict(false, "no_consent", null));
        delivering.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((2, DeliveryStatus.Withheld), ((await delivering.AttemptsAsync("crm", 2))[0].Attempt, (await delivering.LogAsync("crm"))[0].Status));
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task What_is_put_off_is_asked_again_at_its_time_and_counts_as_no_attempt()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        var until = delivering.Clock.NowMs + 60_000;
        delivering.MayStillSend = (_, _, _) => ValueTask.FromResult(delivering.Clock.NowMs < until ? new SendVerdict(false, "quiet_hours", until) : Delivering.Send);
        await delivering.DefineAsync("crm", receiver.Url, ""","maxAttempts":1""");
        await delivering.PutAsync("crm", "m1");

        var deferred = Assert.Single(await delivering.AttemptsAsync("crm", 1));
        Assert.Equal((0, DeliveryStatus.Failed, "quiet_hours", until), (deferred.Attempt, deferred.Status, deferred.Code, deferred.RetryAtMs));
        Assert.Empty(receiver.Requests);
        delivering.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((1, DeliveryStatus.Delivered), ((await delivering.AttemptsAsync("crm", 2))[0].Attempt, (await delivering.LogAsync("crm"))[0].Status));
    }

    [Fact]
    public async Task A_check_that_fails_is_made_again()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        delivering.MayStillSend = static (_, _, _) => throw new TimeoutException();
        await delivering.DefineAsync("crm", receiver.Url, ""","maxAttempts":1""");
        await delivering.PutAsync("crm", "m1");

        var failed = Assert.Single(await delivering.AttemptsAsync("crm", 1));
        Assert.Equal((0, DeliveryStatus.Failed, WebhookCodes.CheckFailed), (failed.Attempt, failed.Status, failed.Code));
        delivering.MayStillSend = static (_, _, _) => ValueTask.FromResult(Delivering.Send);
        delivering.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(DeliveryStatus.Delivered, (await delivering.AttemptsAsync("crm", 2))[0].Status);
    }

    [Fact]
    public async Task A_check_that_takes_longer_than_the_lease_sends_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        var asked = 0;
        var gate = new TaskCompletionSource();
        delivering.MayStillSend = async (_, _, _) =>
        {
            if (Interlocked.Increment(ref asked) == 1) await gate.Task;
            return Delivering.Send;
        };
        await delivering.DefineAsync("crm", receiver.Url);
        await delivering.PutAsync("crm", "m1");
        await Eventually.TrueAsync("it is asked", Delivering.Patience, () => Volatile.Read(ref asked) == 1);
        delivering.Clock.Advance(TimeSpan.FromSeconds(21));
        gate.SetResult();
        await Eventually.TrueAsync("it is sent under a new lease", Delivering.Patience, () =>
        {
            // Not while an attempt is under way, which has a timer of its own.
            if (delivering.Clock.ArmedTimers == 1) delivering.Clock.Advance(TimeSpan.FromSeconds(5));
            return !receiver.Requests.IsEmpty;
        });

        await delivering.AttemptsAsync("crm", 1);
        Assert.Single(receiver.Requests);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Messages_of_a_deleted_endpoint_are_withheld()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("crm", receiver.Url, ""","enabled":false""");
        await delivering.PutAsync("crm", "m1", "m2");
        await delivering.DeleteAsync("crm");

        Assert.All(await delivering.AttemptsAsync("crm", 2), static a => Assert.Equal((DeliveryStatus.Withheld, WebhookCodes.EndpointDeleted), (a.Status, a.Code)));
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_wait_for_an_endpoint_that_is_disabled_or_cannot_sign(bool isDisabled)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var delivering = Delivering.Start();
        await delivering.DefineAsync("live", receiver.Url);
        await delivering.DefineAsync("crm", receiver.Url, isDisabled ? ""","enabled":false""" : "", withSecret: isDisabled);
        await delivering.PutAsync("crm", "m1");
        await delivering.PutAsync("live", "m2");
        await delivering.AttemptsAsync("live", 1);
        Assert.Equal((1L, 0), ((await delivering.QueueAsync("crm")).Pending, (await delivering.LogAsync("crm")).Count));

        if (isDisabled) await delivering.DefineAsync("crm", receiver.Url, withSecret: false);
        else await delivering.RotateAsync("crm", 1, TimeSpan.Zero);
        await delivering.AttemptsAsync("crm", 1);
        Assert.Equal(["m2", "m1"], receiver.Ids);
    }
}
