using System.Text;
using Cdp.Core.Webhooks;

namespace Cdp.Core.Tests.Webhooks;

public sealed class WebhookReaderTests
{
    [Fact]
    public void A_definition_is_read_with_its_defaults()
    {
        var read = Read("""{"id":"crm","url":"https://crm.example/in?x=1"}""");

        Assert.Equal("crm", read.Id);
        Assert.Equal(new Uri("https://crm.example/in?x=1"), read.Url);
        Assert.Equal((true, 10.0, 10, 4, false), (read.IsEnabled, read.Timeout.TotalSeconds, read.MaxAttempts, read.Concurrency, read.AllowPrivate));
        Assert.Empty(read.Headers);
        Assert.Equal("webhook:crm", read.Queue);
    }

    [Fact]
    public void Every_member_is_read()
    {
        var read = Read("""
            {"id":"crm","url":"http://10.0.0.7:8080/in","description":"CRM","enabled":false,"timeoutSeconds":30,"maxAttempts":20,"concurrency":32,
             "headers":{"Authorization":"Bearer x","X-Tenant":"7"},"allowPrivate":true}
            """);

        Assert.Equal((false, 30.0, 20, 32, true), (read.IsEnabled, read.Timeout.TotalSeconds, read.MaxAttempts, read.Concurrency, read.AllowPrivate));
        Assert.Equal(["Authorization=Bearer x", "X-Tenant=7"], read.Headers.Select(static h => $"{h.Key}={h.Value}"));
    }

    [Fact]
    public void Every_problem_is_named_at_once_and_quotes_nothing()
    {
        var problems = Problems("""
            {"id":"Crm","url":"http://crm.example","enabled":"secret","timeoutSeconds":31,"maxAttempts":0,"concurrency":33,"allowPrivate":true,"secret":"secret",
             "headers":{"webhook-id":"secret","Host":"secret","a b":"secret","X":"se\ncret","Y":7,"x":"secret"}}
            """, mayAllowPrivate: false);

        Assert.Equal(
            [
                "$.allowPrivate unknown_value", "$.concurrency out_of_range", "$.enabled wrong_type", "$.headers.Host unknown_member", "$.headers.X unknown_value",
                "$.headers.Y wrong_type", "$.headers.a b unknown_member", "$.headers.webhook-id unknown_member", "$.headers.x duplicate_id", "$.id unknown_value",
                "$.maxAttempts out_of_range", "$.secret unknown_member", "$.timeoutSeconds out_of_range", "$.url unknown_value",
            ],
            problems.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/in")]
    [InlineData("ftp://crm.example")]
    [InlineData("http://crm.example")]
    [InlineData("https://user:password@crm.example")]
    [InlineData("https://crm.example/#here")]
    [InlineData("file:///etc/passwd")]
    public void A_url_is_https_and_plain(string url) => Assert.Equal(["$.url unknown_value"], Problems($$"""{"id":"crm","url":"{{url}}"}""", mayAllowPrivate: true));

    [Theory]
    [InlineData("[]", "$ wrong_type")]
    [InlineData("{", "$ invalid_json")]
    [InlineData("""{"id":"crm"}""", "$.url missing_member")]
    [InlineData("""{"url":"https://crm.example"}""", "$.id missing_member")]
    public void What_is_no_definition_is_named(string json, string problem) => Assert.Equal([problem], Problems(json, mayAllowPrivate: false));

    [Fact]
    public void A_definition_is_small() =>
        Assert.Equal(["$ too_large"], Problems($$"""{"id":"crm","url":"https://crm.example","description":"{{new string('x', WebhookReader.MaxBytes)}}"}""", false));

    private static WebhookEndpoint Read(string json)
    {
        var (endpoint, problems) = WebhookReader.Read(Encoding.UTF8.GetBytes(json), mayAllowPrivate: true);
        Assert.Empty(problems);
        return endpoint!;
    }

    private static string[] Problems(string json, bool mayAllowPrivate)
    {
        var (endpoint, problems) = WebhookReader.Read(Encoding.UTF8.GetBytes(json), mayAllowPrivate);
        Assert.Null(endpoint);
        Assert.DoesNotContain(problems, static p => p.Expected.Contains("cret", StringComparison.Ordinal));
        return [.. problems.Select(static p => $"{p.Path} {p.Code}")];
    }
}
