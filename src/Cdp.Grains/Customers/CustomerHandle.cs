using Cdp.Client;
using Cdp.Client.Grains;
using Cdp.Client.Messages;
using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Grains.Customers;

/// <summary>
/// A customer as the router calls it, on whichever silo it is active. Calls that get no answer end in <see cref="CallStatus.Unavailable"/>: they may
/// have been carried out or not.
/// </summary>
/// <param name="grain">The grain.</param>
/// <param name="local">The grain itself when it is active on this silo: a read of what it has in memory takes no call then.</param>
internal sealed class CustomerHandle(ICustomerGrain grain, CustomerGrain? local = null) : ICustomer
{
    public async ValueTask<ApplyAnswer> ApplyAsync(IReadOnlyList<CustomerEvent> events, int start, Via via)
    {
        try
        {
            CustomerEvent[] sent = start == 0 && events is CustomerEvent[] all ? all : [.. events.Skip(start)];
            return Answer(await grain.ApplyAsync(new(sent, via)));
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return ApplyAnswer.Of(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask<ApplyAnswer> ResolveAsync(Resolution resolution)
    {
        try
        {
            return Answer(await grain.ResolveAsync(new(
                resolution.Event,
                [.. resolution.Candidates],
                resolution.Plan,
                [.. resolution.NotBefore],
                resolution.Token,
                [.. resolution.Held.Values.Select(StateCodec.Write)])));
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return ApplyAnswer.Of(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask<Answer<CustomerFacts>> DescribeAsync(long atLeastVersion, UInt128 messageHash)
    {
        try
        {
            var reply = await grain.DescribeAsync(atLeastVersion, messageHash);
            return new(reply.Status, reply.Facts, reply.Successor);
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask<Answer<CustomerState>> HoldAsync(HoldToken token, long atLeastVersion)
    {
        try
        {
            var reply = await grain.HoldAsync(token, atLeastVersion);
            return new(reply.Status, reply.State is { } state ? StateCodec.Read(state) : null, reply.Successor);
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask ReleaseAsync(HoldToken token, JournalRow? appended, bool reload)
    {
        try
        {
            await grain.ReleaseAsync(new(token, appended, reload));
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            // The hold times out by itself, and the customer reads the store again.
        }
    }

    public ValueTask<Answer<ProfileView>> ReadAsync(Via via) =>
        local?.TryShow(via) is { } answer ? new(answer) : AskAsync(via);

    public async ValueTask<Answer<ProfileView>> PatchAsync(Via via, PatchedRecord record)
    {
        try
        {
            return Answer(await grain.PatchAsync(new(via, record)));
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask<Answer<Merged>> MergeAsync(PersonMerge merge)
    {
        try
        {
            var reply = await grain.MergeAsync(new(merge.Token, merge.Version, StateCodec.Write(merge.Absorbed), merge.Note.By, merge.Note.Reason));
            if (reply.Other is not { } other) return new(reply.Status, null, reply.Successor);
            var survivor = RecordCodec.ReadMergedInto(other.Body).Survivor;
            return new(reply.Status, new(new(survivor, reply.MergeVersion), other));
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask<Answer<SplitAnswer>> SplitAsync(Via via, PersonSplit split)
    {
        try
        {
            var reply = await grain.SplitAsync(new(
                via, split.Undo?.ToString(), [.. split.Identifiers], split.NeverMerge, split.Note.By, split.Note.Reason));
            return reply.Status == CallStatus.Done
                ? new(reply.Status, new(reply.Refusal, reply.Kept, reply.Given, reply.Identifiers, reply.Events))
                : new(reply.Status, null, reply.Successor);
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask<Answer<Moved>> MoveAsync(Via via, IReadOnlyList<Fix> fixes)
    {
        try
        {
            return Moves.Read(await grain.MoveAsync(new(via, [.. fixes.Select(Moves.Of)])));
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask<Answer<Settled>> SettleAsync(long atLeastVersion)
    {
        try
        {
            var reply = await grain.SettleAsync(atLeastVersion);
            return new(reply.Status, reply.Status == CallStatus.Done ? new(reply.NextMs, reply.By, reply.Version) : null, reply.Successor);
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    public async ValueTask<Answer<EraseCounts>> EraseAsync(Via via, bool suppress)
    {
        try
        {
            var reply = await grain.EraseAsync(via, suppress);
            return new(reply.Status, reply.Counts, reply.Successor);
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    private async ValueTask<Answer<ProfileView>> AskAsync(Via via)
    {
        try
        {
            var reply = await grain.TryReadAsync(via);
            return Answer(reply.NeedsTurn ? await grain.ReadAsync(via) : reply);
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            return new(HostFaults.StatusOf(error));
        }
    }

    private static ApplyAnswer Answer(ApplyReply reply) => new(reply.Status, reply.Outcomes, reply.Successor, reply.Others);

    private Answer<ProfileView> Answer(ReadReply reply) =>
        new(reply.Status, reply.View is { } view ? view.ToView(() => ProvenanceAsync(view.Version)) : null, reply.Successor);

    private async ValueTask<byte[]?> ProvenanceAsync(long version)
    {
        try
        {
            return await grain.ProvenanceAsync(version);
        }
        catch (Exception error) when (HostFaults.Is(error))
        {
            throw new GridUnavailableException("The profile's silo does not answer.");
        }
    }
}
