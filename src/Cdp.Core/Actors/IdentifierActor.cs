using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Actors;

/// <summary>
/// One identifier: routes the events that it anchors to their owner, in their order, and is the only one that calls several customers for an event
/// (design.md section 3). It remembers the owner, as a hint; that nobody owns it is never remembered.
/// </summary>
/// <remarks>The host runs one <see cref="RouteAsync"/> at a time. <see cref="Owner"/> may be read by any thread.</remarks>
public sealed partial class IdentifierActor(string workspace, Identifier identifier, IActors actors, ActorServices services)
{
    private const int MaxAttempts = 14;

    private volatile object? _owner;

    /// <summary>The owner as far as it is remembered.</summary>
    public CustomerId? Owner
    {
        get => _owner as CustomerId?;
        set => _owner = value;
    }

    /// <summary>Routes a run of events.</summary>
    /// <param name="run">The events, whose strongest identifier this is.</param>
    /// <returns>One outcome per event, in the same order. What could not be done in a bounded number of tries has failed.</returns>
    public async Task<IReadOnlyList<EventOutcome>> RouteAsync(IReadOnlyList<CustomerEvent> run)
    {
        List<EventOutcome>? outcomes = null;
        var attempt = 0;
        var attempts = 1;
        while (true)
        {
            var done = outcomes?.Count ?? 0;
            var answer = await TryAsync(run, done);
            if (done == 0 && answer.Status == CallStatus.Done && answer.Outcomes.Count == run.Count)
            {
                if (services.IsMeasured) ActorMetrics.Routed(attempts, "done");
                return answer.Outcomes;
            }

            (outcomes ??= []).AddRange(answer.Outcomes);
            if (outcomes.Count == run.Count)
            {
                if (services.IsMeasured) ActorMetrics.Routed(attempts, "done");
                return outcomes;
            }

            if (answer.Outcomes.Count > 0 || answer.Status == CallStatus.Done)
            {
                attempt = 0;
                continue;
            }

            var code = FailureOf(answer.Status, ++attempt);
            if (code is not null)
            {
                // What follows in the run must not overtake what failed.
                outcomes.AddRange(run.Skip(outcomes.Count).Select(e => e.Failed(code)));
                if (services.IsMeasured) ActorMetrics.Routed(attempts, code);
                return outcomes;
            }

            attempts++;
            if (services.IsMeasured) ActorMetrics.Retried(answer.Status);

            await Task.Delay(services.Ids.Backoff(attempt), services.Clock);
        }
    }

    private static string? FailureOf(CallStatus status, int attempt) => status switch
    {
        CallStatus.Unavailable => ReasonCodes.Unavailable,
        CallStatus.Overloaded => ReasonCodes.Overloaded,
        _ => attempt >= MaxAttempts ? ReasonCodes.Contention : null,
    };

    /// <summary>One try: a prefix of the remaining events by the owner, else the first of them by resolution.</summary>
    private async ValueTask<ApplyAnswer> TryAsync(IReadOnlyList<CustomerEvent> run, int start)
    {
        if (Owner is { } owner)
        {
            var answer = await actors.Customer(workspace, owner).ApplyAsync(run, start, new(identifier));
            switch (answer.Status)
            {
                case CallStatus.NeedsResolution when answer.Outcomes.Count == 0:
                    break;
                case CallStatus.NotMine:
                    Owner = null;
                    break;
                default:
                    return answer;
            }
        }

        try
        {
            return await ResolveAsync(run, start);
        }
        catch (JournalUnavailableException)
        {
            return ApplyAnswer.Of(CallStatus.Unavailable);
        }
    }
}
