using Cdp.Core.Audiences;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Actors;

/// <summary>
/// One customer: decides on its state, asks for one atomic commit, and takes the records in once they are durable. A cache of the store: after a
/// conflict or an unknown outcome it forgets its state and reads it again.
/// </summary>
/// <remarks>
/// The host runs one call at a time; <see cref="TryView"/> may be called by any thread at any time.
/// </remarks>
public sealed partial class CustomerActor(string workspace, CustomerId id, ActorServices services) : ICustomer
{
    /// <summary>A hold that is not released ends after this time; its holder's commit then fails on the version, or the reload shows it.</summary>
    public static readonly TimeSpan HoldTimeout = TimeSpan.FromSeconds(5);

    private volatile CustomerState? _state;
    private CustomerId? _successor;

    // The version at which the stream ended: it may go on behind it.
    private long _endedAt;
    private HoldToken? _hold;

    // Whether a holder may append to this stream: then only the store knows the last committed state.
    private volatile bool _isHandedOut;
    private long _heldSince;

    /// <summary>The customer.</summary>
    public CustomerId Id => id;

    /// <summary>The state in memory, for the simulator to compare with the store.</summary>
    internal CustomerState? State => _state;

    /// <summary>The version in memory; null when nothing is. Any thread may ask.</summary>
    public long? Version => _state?.Version;

    /// <summary>Called after each commit, and when the store may hold more than was seen; may not block.</summary>
    public Action? Changed { get; set; }

    /// <summary>The profile, if it can be had without waiting.</summary>
    /// <param name="atLeastVersion">As in <see cref="Via"/>.</param>
    /// <returns>The profile; null when it is not in memory, older than asked for, held, not live, or does not exist.</returns>
    public ProfileView? TryView(long atLeastVersion = 0) =>
        !_isHandedOut && TryExtras() is { } extras && _state?.View(workspace, services.Rules(workspace), extras) is { } view && view.Version >= atLeastVersion ? view : null;

    /// <inheritdoc/>
    /// <remarks>The host may call it outside a turn only while <see cref="TryView"/> has a profile; a load needs a turn.</remarks>
    public async ValueTask<Answer<ProfileView>> ReadAsync(Via via)
    {
        if (IsHeld() && _isHandedOut) return await ReadStoreAsync(via);
        var (state, status) = await LoadAsync(via.AtLeastVersion);
        if (state is null) return new(status, null, _successor);
        try
        {
            return Show(await ViewAsync(state), via);
        }
        catch (JournalUnavailableException)
        {
            return new(CallStatus.Unavailable);
        }
    }

    /// <summary>
    /// A read while somebody holds this customer. The holder may have committed and its release be on its way, or lost: what is in memory may be behind
    /// what was acknowledged.
    /// </summary>
    private async ValueTask<Answer<ProfileView>> ReadStoreAsync(Via via)
    {
        try
        {
            var (live, successor, _) = await LoadLiveAsync();
            return live is null ? new(CallStatus.NotMine, null, successor) : Show(await ViewOfStoreAsync(live), via);
        }
        catch (JournalUnavailableException)
        {
            return new(CallStatus.Unavailable);
        }
    }

    /// <summary>The answer of a read of a profile.</summary>
    /// <param name="view">The profile; null when the customer is not live.</param>
    /// <param name="via">How the caller found the customer.</param>
    /// <returns>The profile if it holds the identifier.</returns>
    public Answer<ProfileView> Show(ProfileView? view, Via via) =>
        view is not null && view.Answers(via.Identifier, via.Id) ? new(CallStatus.Done, view) : new(CallStatus.NotMine, null, _successor);

    /// <inheritdoc/>
    public async ValueTask<Answer<CustomerFacts>> DescribeAsync(long atLeastVersion, UInt128 messageHash)
    {
        var (state, status) = await LoadAsync(atLeastVersion);
        if (state is null) return new(status, null, _successor);
        var facts = state.FactsFor(services.Rules(workspace)) with { HasSeen = state.HasSeen(messageHash) };
        // The caller will answer that it has been applied: then what it changed is written as well.
        if (facts.HasSeen && !IsHeld()) status = await SettledAsync(state);
        return status == CallStatus.Done ? new(status, facts) : new(status);
    }

    /// <summary>The state, loaded if need be. A state of null comes with the status to answer.</summary>
    private async ValueTask<(CustomerState? State, CallStatus Status)> LoadAsync(long atLeastVersion)
    {
        if (_state?.Version < atLeastVersion || (_successor is not null && _endedAt < atLeastVersion)) Forget();
        var state = _state;
        if (state is null)
        {
            if (_successor is not null) return (null, CallStatus.NotMine);
            try
            {
                (state, _successor, _endedAt) = await LoadLiveAsync();
            }
            catch (JournalUnavailableException)
            {
                return (null, CallStatus.Unavailable);
            }

            if (state is null) return (null, CallStatus.NotMine);
            _state = state;
            _tailBytes = state.TailBytes;
        }

        return state.Status == CustomerStatus.Live ? (state, CallStatus.Done) : (null, CallStatus.NotMine);
    }

    private static bool Answers(CustomerState state, Via via) =>
        (via.Identifier is not { } identifier || state.Links.ContainsKey(identifier)) && (via.Id is not { } asked || state.AnswersFor(asked));

    private async ValueTask<(CustomerState? Live, CustomerId? Successor, long EndedAt)> LoadLiveAsync()
    {
        using var span = services.StartSpan("cdp.customer.load");
        var started = services.Clock.GetTimestamp();
        var outcome = "failed";
        try
        {
            var loaded = await LoadLiveTwiceAsync();
            outcome = loaded.Live is null ? "absent" : "found";
            return loaded;
        }
        finally
        {
            span?.SetTag(GridTrace.Outcome, outcome);
            if (services.IsMeasured) ActorMetrics.Loaded(services.Clock.GetElapsedTime(started), outcome);
        }
    }

    private async ValueTask<(CustomerState? Live, CustomerId? Successor, long EndedAt)> LoadLiveTwiceAsync()
    {
        try
        {
            return await StateLoader.LoadLiveAsync(services.Journal, workspace, id);
        }
        catch (InvalidOperationException)
        {
            // An erasure between the reads of a customer and of one that it absorbed looks like damage; a second look tells them apart.
            return await StateLoader.LoadLiveAsync(services.Journal, workspace, id);
        }
    }

    /// <summary>Forgets the state: the next call reads the store again, and so do watchers, because it may say more than they have seen.</summary>
    private void Forget()
    {
        _state = null;
        _successor = null;
        (_windows, _judgedBy, _extras, _wokenAtMs, _activation, _undecided, _unmoved) = (null, null, ProfileExtras.None, Verdict.Never, null, null, []);
        _isOwed = false;
        Changed?.Invoke();
    }
}
