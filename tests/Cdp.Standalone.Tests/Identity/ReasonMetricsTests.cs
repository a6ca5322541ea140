using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Cdp.Core.Grid;

namespace Cdp.Standalone.Tests.Identity;

public sealed class ReasonMetricsTests
{
    [Theory]
    [InlineData("snowplow", "identify user=a device=v; identify user=b device=v", "shared", "{}")]
    [InlineData("default", "identify user=a device=d1; identify user=a device=d2", "evicted", """{"Types":{"device_id":{"MaxPerProfile":1,"OnLimit":"evictOldest"}}}""")]
    [InlineData("default", "identify user=a email=e@x.com; identify user=b email=e@x.com", "trust_required", """{"Types":{"email":{"RequireTrusted":true}}}""")]
    [InlineData("posthog", "identify user=a email=e@x.com", "type_not_used", "{}")]
    public async Task Every_decision_is_counted_by_its_code(string preset, string events, string code, string knobs)
    {
        var counts = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == GridMetrics.MeterName && instrument.Name == "cdp.reasons") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counts.AddOrUpdate((string)tags[0].Value!, value, (_, before) => before + value));
        listener.Start();
        await new CaseRun(preset, knobs).SendAsync(events);

        // Other tests of the process count as well, so that only a lower bound is sure.
        Assert.True(counts.GetValueOrDefault(code) > 0, $"{code} was not counted.");
    }
}
