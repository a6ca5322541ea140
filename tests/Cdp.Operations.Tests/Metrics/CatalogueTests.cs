using System.Diagnostics.Metrics;
using Cdp.Operations.Tests.Metrics.Support;

namespace Cdp.Operations.Tests.Metrics;

public sealed class CatalogueTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    [Fact]
    public void Every_instrument_of_ours_is_in_the_catalogue_and_nothing_else()
    {
        var catalogued = Catalogue.Read().Where(c => c.Name.StartsWith("cdp.", StringComparison.Ordinal)).Select(c => c.Name).Order(StringComparer.Ordinal);

        Assert.Equal(silo.Instruments.Select(i => i.Name).Order(StringComparer.Ordinal), catalogued);
    }

    [Fact]
    public void Type_unit_and_tags_are_as_the_code_has_them()
    {
        var catalogue = Catalogue.Read().ToDictionary(c => c.Name);
        foreach (var instrument in silo.Instruments)
        {
            var row = catalogue[instrument.Name];
            Assert.Equal((instrument.Name, TypeOf(instrument), instrument.Unit), (row.Name, row.Type, row.Unit));
            Assert.False(string.IsNullOrWhiteSpace(instrument.Description), instrument.Name);
            Assert.True(silo.TagsOf(instrument.Name) is not null, $"{instrument.Name} was not recorded.");
            Assert.Equal((instrument.Name, string.Join(' ', silo.TagsOf(instrument.Name)!)), (row.Name, string.Join(' ', row.Tags.Order(StringComparer.Ordinal))));
        }
    }

    [Fact]
    public void Every_name_in_the_catalogue_is_one_of_the_page_with_its_type()
    {
        foreach (var row in Catalogue.Read())
        {
            Assert.True(silo.Page.Types.TryGetValue(row.Prometheus, out var type), $"{row.Prometheus} is not in /metrics.");
            Assert.Equal((row.Prometheus, row.Type), (row.Prometheus, type));
        }
    }

    [Fact]
    public void What_is_exported_carries_no_label_that_could_name_a_person()
    {
        string[] allowed =
        [
            "status", "code", "outcome", "operation", "kind", "reason", "part", "le", "http_route", "http_request_method", "http_response_status_code",
            "grain_type", "type", "directory", "locator", "Direction", "Status", "Context", "ConnectionDirection", "cpu_mode", "gc_heap_generation", "error_type", "webhook",
        ];
        var labels = silo.Page.Types.Keys.SelectMany(silo.Page.Labels).ToHashSet();

        Assert.Contains("status", labels);
        Assert.Empty(labels.Except(allowed));
    }

    private static string TypeOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Histogram" => "histogram",
        "Counter" => "counter",
        "ObservableGauge" => "gauge",
        var other => other,
    };
}
