using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cdp.Testing.Processes;

/// <summary>All that the clients have sent and were told, over any number of lives of the servers.</summary>
public sealed class History
{
    private const string Failed = "failed";

    private readonly ConcurrentDictionary<string, SentEvent> _events = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<SentEvent[]> _unsettled = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentDictionary<HttpStatusCode, int> _statuses = new();
    private readonly ConcurrentDictionary<string, int> _unanswered = new(StringComparer.Ordinal);
    private int _ackedBatches;

    /// <summary>Every event that was ever sent.</summary>
    public ICollection<SentEvent> Events => _events.Values;

    /// <summary>Answers that cannot be true.</summary>
    public IEnumerable<string> Violations => _violations;

    /// <summary>How often each status was answered.</summary>
    public IReadOnlyDictionary<HttpStatusCode, int> Statuses => _statuses;

    /// <summary>How often there was no whole answer, by kind: the connection was refused, broke off, or nothing came.</summary>
    public IReadOnlyDictionary<string, int> Unanswered => _unanswered;

    /// <summary>Batches that were answered 200.</summary>
    public int AckedBatches => _ackedBatches;

    /// <summary>Takes an event down as sent.</summary>
    /// <param name="e">The event.</param>
    public void Remember(SentEvent e) => _events[e.MessageId] = e;

    /// <summary>Sends a batch once and takes down what came of it.</summary>
    /// <param name="client">Through whom.</param>
    /// <param name="batch">The events.</param>
    /// <returns>The status; null when there was no whole answer.</returns>
    public async Task<HttpStatusCode?> SendAsync(IIngestClient client, SentEvent[] batch)
    {
        foreach (var e in batch)
        {
            Remember(e);
            e.Invoke();
        }

        var wasAcked = batch.Select(e => e.IsAcked).ToArray();
        try
        {
            var answer = await client.IngestAsync(batch);
            _statuses.AddOrUpdate(answer.Status, 1, static (_, n) => n + 1);
            Settle(batch, wasAcked, answer.Outcomes);
            if (answer.Status == HttpStatusCode.OK) Interlocked.Increment(ref _ackedBatches);
            else if (answer.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) _unsettled.Enqueue(batch);
            else _violations.Enqueue($"{(int)answer.Status} for {batch[0].MessageId}…: {answer.Text}");
            return answer.Status;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            _unanswered.AddOrUpdate(KindOf(error), 1, static (_, n) => n + 1);
            _unsettled.Enqueue(batch);
            return null;
        }
    }

    /// <summary>A batch that was not acknowledged, to be sent again.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>False when there is none.</returns>
    public bool TryTakeUnsettled(out SentEvent[] batch) => _unsettled.TryDequeue(out batch!);

    private void Settle(SentEvent[] batch, bool[] wasAcked, IReadOnlyList<IngestOutcome> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            var (outcome, profile) = outcomes[i];
            if (outcome == Failed) continue;
            var isTrue = batch[i].Acknowledge(outcome, profile);
            if (!isTrue || (wasAcked[i] && outcome != "duplicate"))
                _violations.Enqueue($"{batch[i].MessageId}: {outcome}, applied {batch[i].Applied} times, acknowledged before: {wasAcked[i]}");
        }
    }

    private static string KindOf(Exception error) => error switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "refused",
        OperationCanceledException => "timed out",
        _ => "broken off",
    };
}
