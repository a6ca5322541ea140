using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;
using Cdp.Core.Webhooks;

namespace Cdp.Core.Tests.Webhooks;

public sealed class RetryPolicyTests
{
    private static readonly WebhookEndpoint Endpoint = new() { Id = "crm", Url = new("https://crm.example"), MaxAttempts = 3 };

    [Fact]
    public void Waits_grow_from_ten_seconds_to_six_hours()
    {
        var longest = Enumerable.Range(1, 9).Select(static n => RetryPolicy.Wait(n, 10, null, 0.999_999_999).TotalSeconds).ToArray();

        Assert.Equal(10, longest[0], 3);
        Assert.Equal(21_600, longest[^1], 3);
        Assert.All(longest.Zip(longest.Skip(1)), static p => Assert.Equal(Math.Pow(2_160, 1 / 8.0), p.Second / p.First, 3));
        Assert.All(Enumerable.Range(1, 9), static n => Assert.Equal(RetryPolicy.Floor, RetryPolicy.Wait(n, 10, null, 0)));
        Assert.Equal(7.5, RetryPolicy.Wait(1, 2, null, 0.5).TotalSeconds, 6);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(120, 120)]
    [InlineData(1_000_000, 21_600)]
    public void What_the_receiver_asks_for_is_obeyed_within_bounds(int asked, int expected) =>
        Assert.Equal(expected, RetryPolicy.Wait(1, 10, TimeSpan.FromSeconds(asked), 0.5).TotalSeconds);

    [Theory]
    [InlineData(0, null, DeliveryStatus.Delivered)]
    [InlineData(0, WebhookCodes.Timeout, DeliveryStatus.Failed)]
    [InlineData(1, WebhookCodes.Timeout, DeliveryStatus.Failed)]
    [InlineData(2, WebhookCodes.Timeout, DeliveryStatus.Dead)]
    [InlineData(2, null, DeliveryStatus.Delivered)]
    [InlineData(0, WebhookCodes.Gone, DeliveryStatus.Dead)]
    [InlineData(0, WebhookCodes.BodyTooLarge, DeliveryStatus.Dead)]
    public void An_attempt_is_judged(int before, string? code, DeliveryStatus expected)
    {
        var message = new OutboxMessage("webhook:crm", "m1", default(CustomerId), 0, "{}"u8.ToArray());
        var judged = RetryPolicy.Judge(Endpoint, new(message, before, 0), new(null, code, null), 1_000, 1_250, 0);

        Assert.Equal(new("m1", before + 1, 1_000, 250, expected, null, code, expected == DeliveryStatus.Failed ? 6_250 : null), judged);
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(204, null)]
    [InlineData(301, WebhookCodes.Redirect)]
    [InlineData(307, WebhookCodes.Redirect)]
    [InlineData(400, WebhookCodes.HttpStatus)]
    [InlineData(410, WebhookCodes.Gone)]
    [InlineData(429, WebhookCodes.HttpStatus)]
    [InlineData(503, WebhookCodes.HttpStatus)]
    public void An_answer_is_read(int status, string? code) => Assert.Equal((status, code), (WebhookAnswer.Of(status, null).HttpStatus, WebhookAnswer.Of(status, null).Code));
}
