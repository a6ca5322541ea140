using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Hosting.Storage;

/// <summary>The journal as its callers see it: how long commits and reads take, with the time in queues, and how they end. Each is a span as well.</summary>
internal sealed class MeteredJournal(IJournal journal, TimeProvider clock) : IJournal
{
    private static readonly Meter Meter = new(GridMetrics.MeterName);
    private static readonly Histogram<double> Commits = Meter.CreateDuration(
        "cdp.journal.commit.duration", "Commits as their callers see them, with the time in the queue and in the group.");
    private static readonly Histogram<double> Reads = Meter.CreateDuration(
        "cdp.journal.read.duration", "Reads that went to the store, by operation.");

    public async ValueTask<CommitOutcome> CommitAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        using var span = GridTrace.Source.StartActivity("cdp.journal.commit", ActivityKind.Client);
        var started = clock.GetTimestamp();
        var outcome = "failed";
        try
        {
            var answer = await journal.CommitAsync(unit, cancellationToken);
            outcome = answer == CommitOutcome.Committed ? "committed" : "conflict";
            return answer;
        }
        catch (Exception error)
        {
            outcome = OutcomeOf(error);
            throw;
        }
        finally
        {
            End(span, outcome);
            Commits.Record(clock.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>(GridTrace.Outcome, outcome));
        }
    }

    public ValueTask<StreamLoad?> LoadAsync(string workspace, CustomerId stream, long? upToVersion = null, CancellationToken cancellationToken = default) =>
        ReadAsync("load", () => journal.LoadAsync(workspace, stream, upToVersion, cancellationToken));

    public ValueTask<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string workspace, CustomerId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        ReadAsync("stream", () => journal.ReadStreamAsync(workspace, stream, afterVersion, limit, cancellationToken));

    public ValueTask<IReadOnlyList<Ownership>> OwnersAsync(
        string workspace, IReadOnlyList<Identifier> identifiers, CancellationToken cancellationToken = default) =>
        ReadAsync("owners", () => journal.OwnersAsync(workspace, identifiers, cancellationToken));

    public ValueTask<IReadOnlyList<JournalRow>> ReadTimelineAsync(string workspace, TimelineQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync("timeline", () => journal.ReadTimelineAsync(workspace, query, cancellationToken));

    public ValueTask<IReadOnlyList<JournalRow>> ReadDecisionsAsync(
        string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        ReadAsync("decisions", () => journal.ReadDecisionsAsync(workspace, streams, cancellationToken));

    public ValueTask<long> CountEventsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        ReadAsync("count", () => journal.CountEventsAsync(workspace, streams, cancellationToken));

    public ValueTask<IReadOnlyList<long>> VersionsAsync(string workspace, IReadOnlyList<CustomerId> streams, CancellationToken cancellationToken = default) =>
        ReadAsync("versions", () => journal.VersionsAsync(workspace, streams, cancellationToken));

    public ValueTask SaveSnapshotsAsync(string workspace, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken cancellationToken = default) =>
        journal.SaveSnapshotsAsync(workspace, snapshots, cancellationToken);

    public ValueTask<CommitOutcome> EraseAsync(EraseUnit unit, CancellationToken cancellationToken = default) =>
        journal.EraseAsync(unit, cancellationToken);

    private async ValueTask<T> ReadAsync<T>(string operation, Func<ValueTask<T>> read)
    {
        using var span = GridTrace.Source.StartActivity("cdp.journal.read", ActivityKind.Client);
        span?.SetTag("operation", operation);
        var started = clock.GetTimestamp();
        var outcome = "failed";
        try
        {
            var answer = await read();
            outcome = "done";
            return answer;
        }
        catch (Exception error)
        {
            outcome = OutcomeOf(error);
            throw;
        }
        finally
        {
            End(span, outcome);
            Reads.Record(
                clock.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>(GridTrace.Outcome, outcome));
        }
    }

    private static void End(Activity? span, string outcome)
    {
        span?.SetTag(GridTrace.Outcome, outcome);
        if (outcome is not ("committed" or "conflict" or "done")) span?.SetStatus(ActivityStatusCode.Error);
    }

    private static string OutcomeOf(Exception error) => error switch
    {
        JournalOverloadedException => "overloaded",
        UnknownCommitOutcomeException => "unknown",
        JournalUnavailableException => "unavailable",
        OperationCanceledException => "cancelled",
        _ => "failed",
    };
}
