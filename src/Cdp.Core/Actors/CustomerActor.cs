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
    private HoldToken? _hold;
    private volatile bool _isHeld;
    private long _heldSince;

    /// <summary>The customer.</summary>
    public CustomerId Id => id;

    /// <summary>Called after each commit, and when the store may hold more than was seen; may not block.</summary>
    public Action? Changed { get; set; }

    /// <summary>The profile, if it can be had without waiting.</summary>
    /// <returns>The profile; null when it is not in memory, not live, does not exist, or is held: then only the store knows.</returns>
    public ProfileView? TryView() => _isHeld ? null : _state?.View(workspace, services.Rules(workspace));

    /// <inheritdoc/>
    /// <remarks>The host may call it outside a turn only while <see cref="TryView"/> has a profile; a load needs a turn.</remarks>
    public async ValueTask<Answer<ProfileView>> ReadAsync(Identifier? via)
    {
        if (IsHeld() && _isHeld) return await ReadStoreAsync(via);
        var (state, status) = await LoadAsync();
        if (state is null) return new(status, null, _successor);
        return state.View(workspace, services.Rules(workspace)) is { } view ? Show(view, via) : new(CallStatus.Busy);
    }

    /// <summary>The answer of a read of a profile.</summary>
    /// <param name="view">The profile; null when the customer is not live.</param>
    /// <param name="via">The identifier that the caller found the customer by, null when it was found by id.</param>
    /// <returns>The profile if it holds the identifier.</returns>
    public Answer<ProfileView> Show(ProfileView? view, Identifier? via) =>
        view is not null && (via is null || view.Holds(via.Value)) ? new(CallStatus.Done, view) : new(CallStatus.NotMine, null, _successor);

    /// <inheritdoc/>
    public async ValueTask<Answer<CustomerFacts>> DescribeAsync()
    {
        var (state, status) = await LoadAsync();
        return state is null ? new(status, null, _successor) : new(CallStatus.Done, state.Facts);
    }

    /// <summary>The state, loaded if need be. A state of null comes with the status to answer.</summary>
    private async ValueTask<(CustomerState? State, CallStatus Status)> LoadAsync()
    {
        var state = _state;
        if (state is null)
        {
            if (_successor is not null) return (null, CallStatus.NotMine);
            try
            {
                (state, _successor) = await LoadLiveAsync();
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

    /// <summary>
    /// The profile as the store has it. While a customer is held, a merge may have taken it or a move a part of it, perhaps on another machine, and not
    /// said so yet; its holder may even be lost.
    /// </summary>
    private async ValueTask<Answer<ProfileView>> ReadStoreAsync(Identifier? via)
    {
        try
        {
            var (live, successor) = await LoadLiveAsync();
            return live is null ? new(CallStatus.NotMine, null, successor) : Show(live.View(workspace, services.Rules(workspace)), via);
        }
        catch (JournalUnavailableException)
        {
            return new(CallStatus.Unavailable);
        }
    }

    private async ValueTask<(CustomerState? Live, CustomerId? Successor)> LoadLiveAsync()
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
        Changed?.Invoke();
    }
}
