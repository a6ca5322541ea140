using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Cdp.Standalone.Tests.Processes;

/// <summary>All that the clients have sent and were told, over any number of lives of the server.</summary>
internal sealed class History
{
    private readonly ConcurrentDictionary<string, SentEvent> _events = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<SentEvent[]> _unsettled = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentDictionary<HttpStatusCode, int> _statuses = new();
    private int _ackedBatches;

    public ICollection<SentEvent> Events => _events.Values;

    /// <summary>Answers that cannot be true.</summary>
    public IEnumerable<string> Violations => _violations;

    public IReadOnlyDictionary<HttpStatusCode, int> Statuses => _statuses;

    public int AckedBatches => _ackedBatches;

    /// <summary>Takes an event down as sent.</summary>
    public void Remember(SentEvent e) => _events[e.MessageId] = e;

    /// <summary>Sends a batch once and takes down what came of it.</summary>
    /// <returns>The status; null when there was no whole answer.</returns>
    public async Task<HttpStatusCode?> SendAsync(GridClient client, SentEvent[] batch)
    {
        foreach (var e in batch) Remember(e);
        var wasAcked = batch.Select(e => e.IsAcked).ToArray();
        try
        {
            var (status, body) = await client.SendAsync(batch);
            _statuses.AddOrUpdate(status, 1, static (_, n) => n + 1);
            if (status == HttpStatusCode.OK) Settle(batch, wasAcked, body);
            else if (status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) _unsettled.Enqueue(batch);
            else _violations.Enqueue($"{(int)status} for {batch[0].MessageId}…: {body}");
            return status;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            _unsettled.Enqueue(batch);
            return null;
        }
    }

    /// <summary>A batch that was not acknowledged, to be sent again.</summary>
    public bool TryTakeUnsettled(out SentEvent[] batch) => _unsettled.TryDequeue(out batch!);

    private void Settle(SentEvent[] batch, bool[] wasAcked, string body)
    {
        using var document = JsonDocument.Parse(body);
        var outcomes = document.RootElement.GetProperty("outcomes").EnumerateArray().ToArray();
        for (var i = 0; i < batch.Length; i++)
        {
            var outcome = outcomes[i].GetProperty("outcome").GetString()!;
            var isTrue = batch[i].Acknowledge(outcome, outcomes[i].GetProperty("profileId").GetString());
            if (!isTrue || (wasAcked[i] && outcome != "duplicate"))
                _violations.Enqueue($"{batch[i].MessageId}: {outcome}, applied {batch[i].Applied} times, acknowledged before: {wasAcked[i]}. {outcomes[i]}");
        }

        Interlocked.Increment(ref _ackedBatches);
    }
}
