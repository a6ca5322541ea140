using System.Text.Json;
using Cdp.Operations.Tests.Config.Support;
using Cdp.Operations.Tests.Metrics.Support;
using Cdp.Testing;

namespace Cdp.Operations.Tests.Metrics;

public sealed class QueryTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    // What Prometheus itself adds.
    private static readonly string[] s_targets = ["instance", "job", "le"];

    [Fact]
    public void Names_and_labels_are_found_in_a_query()
    {
        var query = Query.Parse("""histogram_quantile(0.99, sum by (le, kind) (rate(a_bucket{x="1",y!~"b{c}"}[5m]))) / on (job) b:c > 0.5 and up""");

        Assert.Equal(["a_bucket", "b:c", "up"], query.Metrics.Order(StringComparer.Ordinal));
        Assert.Equal(["job", "kind", "le", "x", "y"], query.Labels.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_dashboard_asks_for_metrics_that_a_running_silo_has()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Find()!, "cluster-config", "grafana", "dashboards", "cdp-grains.json")));
        string[] queries = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .Select(t => t.GetProperty("expr").GetString()!)];

        Assert.True(queries.Length > 20, $"Only {queries.Length} queries were found.");
        Assert.All(queries, AssertKnown);
    }

    [Fact]
    public void Alerts_ask_for_metrics_that_a_running_silo_has()
    {
        string[] queries = [.. Rules().Select(r => (string)r["expr"])];

        Assert.True(queries.Length > 10, $"Only {queries.Length} rules were found.");
        Assert.All(queries, AssertKnown);
    }

    [Fact]
    public void Every_alert_leads_to_its_symptom_and_every_symptom_says_what_to_do()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot.Find()!, "docs", "operations.md"));
        var symptoms = text[text.IndexOf("## Symptoms", StringComparison.Ordinal)..].Split("\n### ")[1..];
        foreach (var symptom in symptoms)
            Assert.All(["**Signals**", "**Likely causes**", "**Confirm**", "**Remedy**", "**Prevent**"], part => Assert.Contains(part, symptom, StringComparison.Ordinal));

        var anchors = symptoms.Select(s => "docs/operations.md#" + s.Split('\n')[0].ToLowerInvariant().Replace(' ', '-')).ToHashSet();
        Assert.All(Rules(), r => Assert.Contains(((Dictionary<object, object>)r["annotations"])["runbook"], anchors));
    }

    private static IEnumerable<Dictionary<object, object>> Rules() => Yaml.Read("prometheus/alerts.yml").Single().Items("groups").SelectMany(g => g.Items("rules"));

    private void AssertKnown(string text)
    {
        var query = Query.Parse(text);
        Assert.NotEmpty(query.Metrics);
        string[] own = [.. query.Metrics.Except(["up"])];
        Assert.Empty(own.Except(silo.Page.Queryable));

        // A label must be one of the series, or one that the catalogue promises for it.
        var families = own.Select(m => silo.Page.Types.ContainsKey(m) ? m : m[..m.LastIndexOf('_')]).ToHashSet();
        var labels = Catalogue.Read().Where(c => families.Contains(c.Prometheus)).SelectMany(c => c.Tags).Select(t => t.Replace('.', '_'));
        Assert.Empty(query.Labels.Except(labels).Except(families.SelectMany(silo.Page.Labels)).Except(s_targets));
    }
}
