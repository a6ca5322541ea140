using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cdp.Client;
using Cdp.Client.Grains;
using Cdp.Client.Messages;
using Cdp.Core.Actors;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Grains.Customers;

/// <summary>A customer on this silo: the Core actor behind Orleans' queue.</summary>
[GrainType(GrainReferences.CustomerName)]
internal sealed class CustomerGrain : IBoundedGrain, ICustomerGrain, IDisposable
{
    private readonly string _workspace;
    private readonly CustomerId _id;
    private readonly ActiveCustomers _active;
    private readonly CustomerActor _actor;
    private ChannelWriter<int>[] _watchers = [];
    private volatile bool _isShown;

    public CustomerGrain(IGrainContext context, ActiveCustomers active, ActorServices services)
    {
        GrainContext = context;
        _active = active;
        if (!GrainKeys.TryReadCustomer(context.GrainId.Key.ToString()!, out var workspace, out _id)) throw new ArgumentException("This is no customer's key.", nameof(context));
        _workspace = workspace;
        _actor = new CustomerActor(workspace, _id, services) { Changed = OnChanged };
    }

    public IGrainContext GrainContext { get; }

    public int LastUsed { get; set; }

    public bool IsWatched => _watchers.Length > 0;

    /// <summary>The workspace and the customer.</summary>
    public (string Workspace, CustomerId Id) Key => (_workspace, _id);

    /// <summary>Whether it was read in memory since it was compared with the store.</summary>
    public bool IsShown
    {
        get => _isShown;
        set => _isShown = value;
    }

    /// <summary>The version in memory; null when nothing is.</summary>
    public long? Version => _actor.Version;

    /// <summary>How this silo calls the customer while it is active here.</summary>
    public CustomerHandle Handle { get; private set; } = null!;

    public Task OnActivateAsync(CancellationToken token)
    {
        Handle = new CustomerHandle(GrainContext.GrainReference.Cast<ICustomerGrain>(), this);
        _active.Add((_workspace, _id), this);
        return Task.CompletedTask;
    }

    /// <summary>Nothing has to be written: what was answered is durable. A last snapshot only shortens the next load.</summary>
    public Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token)
    {
        Dispose();
        _actor.OfferSnapshotWhenIdle();
        return Task.CompletedTask;
    }

    /// <summary>Also called when an activation did not come that far: no reader may find it any more.</summary>
    public void Dispose()
    {
        _active.Remove((_workspace, _id), this);
        EndWatches();
    }

    /// <summary>Ends all watches. Any thread may call it.</summary>
    public void EndWatches()
    {
        foreach (var watcher in _watchers) watcher.TryComplete();
    }

    /// <summary>Offers the snapshot that is due, between two steps of this customer's calls.</summary>
    public async Task SnapshotAsync()
    {
        var offer = new Task(_actor.OfferDueSnapshot);
        GrainContext.Scheduler.QueueTask(offer);
        // One that has left memory meanwhile has offered its last snapshot on its way.
        await Task.WhenAny(offer, GrainContext.Deactivated);
    }

    /// <summary>The profile if it can be had without waiting. Any thread may ask.</summary>
    /// <param name="via">How the caller found the customer.</param>
    /// <returns>Null when it takes a turn.</returns>
    public Answer<ProfileView>? TryShow(Via via)
    {
        if (!_active.MayAnswer) return new(CallStatus.Unavailable);
        NoteShown();
        return _actor.TryView(via.AtLeastVersion) is { } view ? _actor.Show(view, via) : null;
    }

    public ValueTask<ReadReply> TryReadAsync(Via via) =>
        new(TryShow(via) is { } answer ? Replies.Of(answer) : new ReadReply(CallStatus.Busy, null, null, NeedsTurn: true));

    public async ValueTask<ReadReply> ReadAsync(Via via)
    {
        NoteShown();
        return Replies.Of(_active.MayAnswer ? await _actor.ReadAsync(via) : new(CallStatus.Unavailable));
    }

    public ValueTask<byte[]?> ProvenanceAsync(long version) =>
        _actor.TryView() is { } view && view.Version == version ? view.TryMakeProvenanceAsync() : default;

    public async ValueTask<ApplyReply> ApplyAsync(ApplyRequest request)
    {
        _active.Touch(this);
        if (!_active.MayAnswer) return Replies.Of(ApplyAnswer.Of(CallStatus.Unavailable));
        return Replies.Of(Acknowledged(await _actor.ApplyAsync(request.Events, 0, request.Via)));
    }

    public async ValueTask<ApplyReply> ResolveAsync(ResolveRequest request)
    {
        if (!_active.MayAnswer) return Replies.Of(ApplyAnswer.Of(CallStatus.Unavailable));
        // The states of the others become part of this customer's state, so they are its own copies.
        var held = request.Held.Select(bytes => StateCodec.Read(bytes)).ToDictionary(state => state.Id);
        var notBefore = request.NotBefore.ToDictionary();
        return Replies.Of(Acknowledged(await _actor.ResolveAsync(new(request.Event, request.Candidates, request.Plan, notBefore, request.Token, held))));
    }

    public async ValueTask<DescribeReply> DescribeAsync(long atLeastVersion, UInt128 messageHash)
    {
        var answer = await _actor.DescribeAsync(atLeastVersion, messageHash);
        return new(answer.Status, answer.Value, answer.Successor);
    }

    public async ValueTask<HoldReply> HoldAsync(HoldToken token, long atLeastVersion)
    {
        var answer = await _actor.HoldAsync(token, atLeastVersion);
        return new(answer.Status, answer.Value is { } state ? StateCodec.Write(state) : null, answer.Successor);
    }

    public ValueTask ReleaseAsync(ReleaseRequest request) => _actor.ReleaseAsync(request.Token, request.Appended, request.Reload);

    public async ValueTask<ReadReply> PatchAsync(PatchRequest request) =>
        Replies.Of(_active.MayAnswer ? await _actor.PatchAsync(request.Via, request.Record) : new(CallStatus.Unavailable));

    public async ValueTask<MergeReply> MergeAsync(MergeRequest request)
    {
        if (!_active.MayAnswer) return new(CallStatus.Unavailable, 0, null, null);
        var answer = await _actor.MergeAsync(new(request.Token, request.Version, StateCodec.Read(request.Absorbed), new(request.By, request.Reason)));
        return new(answer.Status, answer.Value?.Id.Version ?? 0, answer.Value?.Other, answer.Successor);
    }

    public async ValueTask<SplitReply> SplitAsync(SplitRequest request)
    {
        if (!_active.MayAnswer) return new(CallStatus.Unavailable, null, default, default, 0, 0, null);
        var undo = MergeId.TryParse(request.Undo, out var merge) ? merge : (MergeId?)null;
        var answer = await _actor.SplitAsync(request.Via, new(undo, request.Identifiers, request.NeverMerge, new(request.By, request.Reason)));
        return answer.Value is { } done
            ? new(answer.Status, done.Refusal, done.Kept, done.Given, done.Identifiers, done.Events, answer.Successor)
            : new(answer.Status, null, default, default, 0, 0, answer.Successor);
    }

    public async ValueTask<MoveReply> MoveAsync(MoveRequest request)
    {
        _active.Touch(this);
        return Moves.Of(_active.MayAnswer ? await _actor.MoveAsync(request.Via, [.. request.Fixes.Select(Moves.Read)]) : new(CallStatus.Unavailable));
    }

    public async ValueTask<SettleReply> SettleAsync(long atLeastVersion)
    {
        if (!_active.MayAnswer) return new(CallStatus.Unavailable, null, "", 0, null);
        var answer = await _actor.SettleAsync(atLeastVersion);
        return new(answer.Status, answer.Value?.NextMs, answer.Value?.By ?? "", answer.Value?.Version ?? 0, answer.Successor);
    }

    public async ValueTask<EraseReply> EraseAsync(Via via, bool suppress)
    {
        if (!_active.MayAnswer) return new(CallStatus.Unavailable, null, null);
        var answer = await _actor.EraseAsync(via, suppress);
        return new(answer.Status, answer.Value, answer.Successor);
    }

    public async IAsyncEnumerable<int> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var signals = Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        _watchers = [.. _watchers, signals.Writer];
        if (_active.IsStopping) signals.Writer.TryComplete();
        try
        {
            var count = 0;
            yield return count;
            while (await signals.Reader.WaitToReadAsync(cancellationToken))
            {
                signals.Reader.TryRead(out _);
                yield return ++count;
            }
        }
        finally
        {
            _watchers = [.. _watchers.Where(w => w != signals.Writer)];
        }
    }

    /// <summary>
    /// What was committed is durable, but if this silo was stopped meanwhile, whoever answers for the customer now has not seen it. Its sender sends it
    /// again, there, and it is found as a duplicate.
    /// </summary>
    private ApplyAnswer Acknowledged(ApplyAnswer answer) => _active.MayAnswer ? answer : ApplyAnswer.Of(CallStatus.Unavailable);

    private void NoteShown()
    {
        if (_isShown) return;
        _isShown = true;
        _active.NoteShown(this);
    }

    private void OnChanged()
    {
        foreach (var watcher in _watchers) watcher.TryWrite(0);
    }
}
