using Cdp.Core.Webhooks;

namespace Cdp.Core.Tests.Webhooks;

public sealed class SignatureTests
{
    private static readonly byte[] One = [.. Enumerable.Repeat((byte)1, WebhookSecrets.SecretBytes)];
    private static readonly byte[] Two = [.. Enumerable.Repeat((byte)2, WebhookSecrets.SecretBytes)];
    private static readonly byte[] Three = [.. Enumerable.Repeat((byte)3, WebhookSecrets.SecretBytes)];

    // The vector that the reference libraries of Standard Webhooks are tested with.
    [Fact]
    public void The_vector_of_standard_webhooks_comes_out() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Sign(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, """{"test": 2432232314}"""u8));

    [Fact]
    public void Every_secret_signs_newest_first()
    {
        string[] secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + Convert.ToBase64String(One)];
        var each = secrets.Select(static s => WebhookSignature.Sign([s], "m", 1, "{}"u8));

        Assert.Equal(string.Join(' ', each), WebhookSignature.Sign(secrets, "m", 1, "{}"u8));
    }

    [Fact]
    public void A_replaced_secret_is_valid_until_the_overlap_ends()
    {
        var first = WebhookSecrets.Rotate(null, One, 1_000, TimeSpan.FromHours(1));
        var second = WebhookSecrets.Rotate(first, Two, 2_000, TimeSpan.FromSeconds(10));

        Assert.Equal(["whsec_" + Convert.ToBase64String(One)], first.ValidAt(1_000));
        Assert.Equal([second.Current, first.Current], second.ValidAt(11_999));
        Assert.Equal([second.Current], second.ValidAt(12_000));
    }

    [Fact]
    public void Without_overlap_all_before_it_ends_at_once()
    {
        var first = WebhookSecrets.Rotate(null, One, 1_000, TimeSpan.Zero);
        var second = WebhookSecrets.Rotate(first, Two, 2_000, TimeSpan.FromHours(1));
        var third = WebhookSecrets.Rotate(second, Three, 3_000, TimeSpan.Zero);

        Assert.Equal([third.Current], third.ValidAt(3_000));
        Assert.Empty(third.Previous);
    }

    [Fact]
    public void Only_so_many_are_valid_at_a_time()
    {
        var secrets = WebhookSecrets.Rotate(null, One, 0, TimeSpan.Zero);
        for (var n = 0; n < 9; n++) secrets = WebhookSecrets.Rotate(secrets, Two, n, TimeSpan.FromDays(1));

        Assert.Equal(WebhookSecrets.MaxValid, secrets.ValidAt(9).Count);
    }

    [Fact]
    public void Secrets_are_kept_and_never_shown()
    {
        var secrets = WebhookSecrets.Rotate(WebhookSecrets.Rotate(null, One, 1, TimeSpan.Zero), Two, 2, TimeSpan.FromHours(1));

        Assert.Equal(secrets.ValidAt(3), WebhookSecrets.TryRead(secrets.Write())!.ValidAt(3));
        Assert.DoesNotContain("whsec", secrets + secrets.Previous[0].ToString(), StringComparison.Ordinal);
        Assert.Null(WebhookSecrets.TryRead("{}"u8));
        Assert.Null(WebhookSecrets.TryRead("7"u8));
        Assert.Null(WebhookSecrets.TryRead("""{"current":"abc","createdAtMs":1,"previous":[]}"""u8));
        Assert.Equal(
            """{"current":"whsec_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=","createdAtMs":2,"previous":[{"secret":"whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","untilMs":3600002}]}""",
            System.Text.Encoding.UTF8.GetString(secrets.Write()));
    }
}
