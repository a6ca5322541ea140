using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Grid;

/// <summary>The grid over a host's actors: batches in, profiles out. Holds no state of its own but the count of events under way.</summary>
public sealed partial class GridEngine(IActors actors, ActorServices services, GridOptions options) : IGrid
{
    // An owner found in memory may be wrong, the store's answer may be outdated when it arrives, and redirects may have to be followed.
    private const int MaxAttempts = 20;

    private long _eventsUnderWay;

    /// <inheritdoc/>
    public IdentityRules Rules(string workspace) => services.Rules(workspace);

    /// <inheritdoc/>
    public async Task<EventOutcome[]> IngestAsync(
        string workspace, IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default)
    {
        if (events.Count == 0) return [];
        // A single request that is larger than the bound is let in when nothing else is under way.
        var underWay = Interlocked.Add(ref _eventsUnderWay, events.Count);
        if (underWay > options.MaxEventsUnderWay && underWay != events.Count)
        {
            Interlocked.Add(ref _eventsUnderWay, -events.Count);
            throw new GridOverloadedException();
        }

        using var span = services.StartSpan("cdp.ingest");
        span?.SetTag("cdp.events", events.Count);
        try
        {
            var outcomes = new EventOutcome[events.Count];
            var chains = BatchPlan.Chains(Rules(workspace), events);
            if (chains.Count == 1) await RunAsync(workspace, events, chains[0], outcomes);
            else await Task.WhenAll(chains.Select(c => RunAsync(workspace, events, c, outcomes)));
            if (!services.IsMeasured) return outcomes;
            foreach (var outcome in outcomes) GridMetrics.Count(outcome);
            return outcomes;
        }
        finally
        {
            Interlocked.Add(ref _eventsUnderWay, -events.Count);
        }
    }

    private async Task RunAsync(string workspace, IReadOnlyList<CustomerEvent> events, List<int> chain, EventOutcome[] outcomes)
    {
        string? failure = null;
        foreach (var run in BatchPlan.Runs(events, chain))
        {
            if (failure is not null)
            {
                // What follows in the chain must not overtake what failed.
                foreach (var i in run) outcomes[i] = events[i].Failed(failure);
                continue;
            }

            var answers = await RouteAsync(workspace, run.Count == 1 ? [events[run[0]]] : [.. run.Select(i => events[i])]);
            for (var i = 0; i < run.Count; i++) outcomes[run[i]] = answers[i];
            if (answers[^1] is { Status: EventStatus.Failed, Reasons: [var reason] }) failure = reason.Code;
        }
    }

    private async Task<IReadOnlyList<EventOutcome>> RouteAsync(string workspace, IReadOnlyList<CustomerEvent> run)
    {
        try
        {
            return await actors.RouteAsync(workspace, run[0].Identifiers[0], run);
        }
#pragma warning disable CA1031 // A customer that cannot be read, say of a newer release, must not fail the other customers of the request.
        catch (Exception error)
#pragma warning restore CA1031
        {
            services.Fault?.Invoke(error);
            return [.. run.Select(e => e.Failed(ReasonCodes.InternalError))];
        }
    }

    /// <inheritdoc/>
    public ValueTask<ProfileView?> GetAsync(string workspace, ProfileRef profile, CancellationToken cancellationToken = default)
    {
        // The hot read takes no state machine: owner and profile are in memory.
        var owner = OwnerAsync(workspace, profile, null);
        if (!owner.IsCompletedSuccessfully) return OwnedAsync(owner);
        if (owner.Result is not { } hint) return new((ProfileView?)null);
        var read = actors.Customer(workspace, hint.Customer).ReadAsync(new(profile.Identifier, hint.AtLeastVersion, profile.Id));
        if (!read.IsCompletedSuccessfully) return ReadAsync(read);
        var answer = read.Result;
        return answer.Status == CallStatus.Done ? new(answer.Value) : new(CallAsync(workspace, profile, (c, via) => c.ReadAsync(via), cancellationToken));

        async ValueTask<ProfileView?> ReadAsync(ValueTask<Answer<ProfileView>> asked)
        {
            var slow = await asked;
            return slow.Status == CallStatus.Done ? slow.Value : await CallAsync(workspace, profile, (c, via) => c.ReadAsync(via), cancellationToken);
        }

        async ValueTask<ProfileView?> OwnedAsync(ValueTask<OwnerHint?> asked) =>
            await Reading(() => asked) is null ? null : await CallAsync(workspace, profile, (c, via) => c.ReadAsync(via), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ProfileView?> PatchTraitsAsync(
        string workspace, ProfileRef profile, ReadOnlyMemory<byte> traits, EventSource source, CancellationToken cancellationToken = default)
    {
        var origin = new Origin(services.NowMs, source.Priority, services.Ids.NewUuid7().ToString(), source.Name);
        var record = new PatchedRecord(origin, traits) { Rules = services.Rules(workspace).Traits.Of(traits.Span) };
        return await CallAsync(workspace, profile, (c, via) => c.PatchAsync(via, record), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EraseCounts?> EraseAsync(
        string workspace, ProfileRef profile, bool dryRun, bool suppress, CancellationToken cancellationToken = default)
    {
        if (!dryRun) return await CallAsync(workspace, profile, (c, via) => c.EraseAsync(via, suppress), cancellationToken);
        var view = await GetAsync(workspace, profile, cancellationToken);
        if (view is null) return null;
        return new(view.Streams.Count, view.Identifiers.Count, await Reading(() => services.Journal.CountEventsAsync(workspace, view.Streams, cancellationToken)));
    }

    /// <inheritdoc/>
    public async ValueTask<string?> NotReadyReasonAsync(CancellationToken cancellationToken = default)
    {
        if (options.NotReadyReason() is { } reason) return reason;
        try
        {
            await services.Journal.OwnersAsync("", [new Identifier("ready", "ready")], cancellationToken);
            return null;
        }
        catch (JournalUnavailableException)
        {
            return "The store does not answer.";
        }
    }

    private ValueTask<OwnerHint?> OwnerAsync(string workspace, ProfileRef profile, CustomerId? stale) =>
        profile.Identifier is { } identifier ? actors.OwnerAsync(workspace, identifier, stale) : new(new OwnerHint(profile.Id!.Value, 0));

    /// <summary>Calls the customer that a reference names, wherever it is by now.</summary>
    /// <exception cref="GridUnavailableException">The store could not do it, or the customer was busy for too long.</exception>
    /// <exception cref="GridOverloadedException">The store's queue is full.</exception>
    private async Task<T?> CallAsync<T>(string workspace, ProfileRef profile, Func<ICustomer, Via, ValueTask<Answer<T>>> call, CancellationToken cancellationToken) where T : class
    {
        CustomerId? stale = null;
        var hops = 0;
        var newest = 0L;
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var owner = await Reading(() => OwnerAsync(workspace, profile, stale));
            if (owner is not { } hint) return null;
            var isRedirected = false;
            var answer = await call(actors.Customer(workspace, hint.Customer), new(profile.Identifier, Math.Max(hint.AtLeastVersion, newest), profile.Id));
            while (answer is { Status: CallStatus.NotMine, Successor: { } successor } && hops++ < options.MaxRedirects)
            {
                isRedirected = true;
                answer = await call(actors.Customer(workspace, successor), new(profile.Identifier, newest, profile.Id));
            }

            switch (answer.Status)
            {
                case CallStatus.Done:
                    return answer.Value;
                case CallStatus.NotMine:
                    if (profile.Id is not null && (!isRedirected || newest == Via.Newest)) return null;
                    // The way that was remembered ends with somebody who is not asked for: a split may have ended it, and only the store knows.
                    if (profile.Id is not null) newest = Via.Newest;
                    if (stale == hint.Customer) await Task.Delay(services.Ids.Backoff(attempt), services.Clock, cancellationToken);
                    stale = hint.Customer;
                    break;
                case CallStatus.Unavailable:
                    throw new GridUnavailableException("The store is not available.");
                case CallStatus.Overloaded:
                    throw new GridOverloadedException();
                default:
                    await Task.Delay(services.Ids.Backoff(attempt), services.Clock, cancellationToken);
                    break;
            }
        }

        throw new GridUnavailableException("The profile is busy.");
    }

    private static async ValueTask<T> Reading<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (JournalUnavailableException error)
        {
            throw new GridUnavailableException("The store is not available.", error);
        }
    }
}
