using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;

namespace Cdp.Api.Ingest;

/// <summary>An event that was refused.</summary>
internal sealed record RejectedEvent(int Index, string? MessageId, EventType? Type, Reason Reason);

/// <summary>What became of an event of a request; for <c>?outcomes=true</c>.</summary>
internal sealed record OutcomeRow(string? MessageId, EventStatus Status, CustomerId? Profile, IReadOnlyList<Reason> Reasons);

/// <summary>The events of one request and what became of them.</summary>
internal sealed class IngestBatch(bool keepOutcomes)
{
    /// <summary>So many rejects are listed; a body of millions of bad events must not cost more memory than it is worth.</summary>
    public const int MaxListed = 1_000;

    private readonly List<int> _indexes = [];
    private readonly List<OutcomeRow?> _outcomes = [];
    private int _count;

    public List<CustomerEvent> Events { get; } = [];

    public List<RejectedEvent> Rejects { get; } = [];

    public int RejectCount { get; private set; }

    public Dictionary<string, int> RejectsByCode { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<OutcomeRow?> Outcomes => _outcomes;

    public void Add(ParsedEvent parsed, ReadOnlySpan<byte> json, EventType? pathType)
    {
        var index = _count++;
        if (parsed.Event is { } accepted)
        {
            Events.Add(accepted);
            _indexes.Add(index);
            if (keepOutcomes) _outcomes.Add(null);
            return;
        }

        Reject(index, parsed.MessageId, pathType, json, parsed.Rejection!);
        if (keepOutcomes) _outcomes.Add(new OutcomeRow(parsed.MessageId, EventStatus.Rejected, null, [parsed.Rejection!]));
    }

    public void Add(EventOutcome[] outcomes)
    {
        for (var i = 0; i < outcomes.Length; i++)
        {
            var outcome = outcomes[i];
            if (outcome.Status == EventStatus.Rejected)
            {
                Reject(_indexes[i], outcome.MessageId, Events[i].Type, default, WholeEventReason(outcome.Reasons));
            }

            if (keepOutcomes) _outcomes[_indexes[i]] = new OutcomeRow(outcome.MessageId, outcome.Status, outcome.Profile, outcome.Reasons);
        }
    }

    // Reasons about single identifiers may stand beside the one that settled it.
    private static Reason WholeEventReason(IReadOnlyList<Reason> reasons) =>
        reasons.LastOrDefault(r => r.Identifier is null) ?? (reasons.Count > 0 ? reasons[^1] : new Reason("rejected"));

    private void Reject(int index, string? messageId, EventType? type, ReadOnlySpan<byte> json, Reason reason)
    {
        RejectCount++;
        RejectsByCode[reason.Code] = RejectsByCode.GetValueOrDefault(reason.Code) + 1;
        if (Rejects.Count < MaxListed) Rejects.Add(new RejectedEvent(index, messageId, type ?? EventTypeNames.Of(json), reason));
    }
}
