using System.Text;
using System.Text.RegularExpressions;
using Cdp.Core.Webhooks;
using Cdp.Testing;

namespace Cdp.Core.Tests.Webhooks;

/// <summary>What docs/webhooks.md shows is what the code does.</summary>
public sealed partial class WebhookDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Find()!, "docs", "webhooks.md"));

    [Fact]
    public void Every_code_is_in_the_table_once_and_nothing_else_is()
    {
        var table = Text[Text.IndexOf("| code | meaning | then |", StringComparison.Ordinal)..Text.IndexOf("### How it is delivered", StringComparison.Ordinal)];

        Assert.Equal(WebhookCodes.All.Order(StringComparer.Ordinal), Row().Matches(table).Select(static m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_example_is_signed_right()
    {
        var secret = Secret().Match(Text).Value;

        Assert.Contains("webhook-signature: " + WebhookSignature.Sign([secret], Header("id"), long.Parse(Header("timestamp"), null), """{"test": 2432232314}"""u8) + "\n", Text, StringComparison.Ordinal);

        static string Header(string name) => Regex.Match(Text, $"^webhook-{name}: (.+)$", RegexOptions.Multiline).Groups[1].Value;
    }

    [Fact]
    public void The_ceilings_are_right()
    {
        var ceilings = Enumerable.Range(1, 9).Select(static n => RetryPolicy.Wait(n, 10, null, 1)).ToArray();
        string[] shown = [.. ceilings.Select(static c => c.TotalSeconds < 100 ? $"{c.TotalSeconds:0} s" : c.TotalMinutes < 60 ? $"{c.TotalMinutes:0} min" : $"{c.TotalHours:0.#} h")];

        Assert.Contains(string.Join(", ", shown) + $", {ceilings.Sum(static c => c.TotalHours):0.0} h at\nmost", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_definition_of_the_example_is_right()
    {
        var definition = Definition().Match(Text).Groups[1].Value;

        Assert.Empty(WebhookReader.Read(Encoding.UTF8.GetBytes(definition), mayAllowPrivate: false).Problems);
    }

    [GeneratedRegex("^\\| `([a-z_]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("whsec_[A-Za-z0-9+/=]+")]
    private static partial Regex Secret();

    [GeneratedRegex("/v1/webhooks/crm -d '([^']+)'")]
    private static partial Regex Definition();
}
