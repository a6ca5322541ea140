using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Cdp.Core.Grid;

namespace Cdp.Api.Operations;

/// <summary>Collects our own meter, Orleans' and the runtime's, and the request durations, and writes them as Prometheus text.</summary>
internal sealed class MetricsExporter : IDisposable
{
    private static readonly FrozenSet<string> s_meters = FrozenSet.Create(GridMetrics.MeterName, "Microsoft.Orleans", "System.Runtime");

    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();

    private readonly HttpDurations _durations;

    public MetricsExporter(IMeterFactory meters, HttpDurations durations)
    {
        (_meters, _durations) = (meters, durations);
        _listener.InstrumentPublished = Choose;
        _listener.MeasurementsCompleted = (instrument, _) => _families.Remove(instrument, out MetricFamily? _);
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.Start();
    }

    public string Export()
    {
        _listener.RecordObservableInstruments();
        var text = new PrometheusText();
        foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)) family.Write(text);
        _durations.Write(text);
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Choose(Instrument instrument, MeterListener listener)
    {
        // Another server in the same process has a factory of its own.
        if (instrument.Meter.Scope is { } scope && !ReferenceEquals(scope, _meters)) return;
        if (!s_meters.Contains(instrument.Meter.Name)) return;
        var family = new MetricFamily(instrument);
        _families[instrument] = family;
        listener.EnableMeasurementEvents(instrument, family);
    }
}
