using System.Diagnostics.Metrics;
using Cdp.Api.Ingest;
using Cdp.Core.Grid;

namespace Cdp.Api.Operations;

/// <summary>
/// What the API counts beside the engine's own instruments: what happened to events that came over HTTP, also to those that never reached the engine.
/// Tags are statuses and codes, never ids, keys or references.
/// </summary>
internal sealed class ApiMetrics
{
    private static readonly string[] s_statuses = ["applied", "duplicate", "rejected", "failed"];

    private readonly Counter<long> _events;
    private readonly Counter<long> _rejects;

    public ApiMetrics(IMeterFactory meters, IngestServices ingest)
    {
        var meter = meters.Create(GridMetrics.MeterName);
        _events = meter.CreateCounter<long>("cdp.ingest.events", "{event}", "Events received over HTTP by what became of them.");
        _rejects = meter.CreateCounter<long>("cdp.ingest.rejects", "{event}", "Rejected events by reason code.");
        meter.CreateObservableGauge("cdp.ingest.requests.in_flight", () => ingest.Requests.Used, "{request}", "Ingest requests under way.");
        meter.CreateObservableGauge("cdp.ingest.in_flight", () => ingest.Bytes.Used, "By", "Bytes of request bodies in memory.");
    }

    public void CountOutcomes(EventOutcome[] outcomes)
    {
        Span<int> counts = stackalloc int[s_statuses.Length];
        foreach (var outcome in outcomes) counts[(int)outcome.Status]++;
        for (var i = 0; i < counts.Length; i++)
        {
            // Rejects are counted with those that never reached the engine.
            if (counts[i] > 0 && i != (int)EventStatus.Rejected) _events.Add(counts[i], new KeyValuePair<string, object?>("status", s_statuses[i]));
        }
    }

    public void CountRejects(IngestBatch batch)
    {
        if (batch.RejectCount == 0) return;
        _events.Add(batch.RejectCount, new KeyValuePair<string, object?>("status", s_statuses[(int)EventStatus.Rejected]));
        foreach (var (code, count) in batch.RejectsByCode) _rejects.Add(count, new KeyValuePair<string, object?>("code", code));
    }
}
