using Cdp.Core.Actors;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Simulation.Running;

namespace Cdp.Simulation.Grid;

/// <summary>A customer as the router calls it. State that crosses silos is copied as the wire would; within a silo it is shared, as Standalone does.</summary>
internal sealed class SimCustomer(World world, Endpoint from, ActorKey key) : ICustomer
{
    public ValueTask<ApplyAnswer> ApplyAsync(IReadOnlyList<CustomerEvent> events, int start, Via via) =>
        CallAsync(
            world.Says ? $"Apply({string.Join(", ", events.Skip(start).Select(e => e.MessageId))} via {Describe(via)})" : "",
            (a, call, isRemote) => a.InTurn(call, () => a.Actor.ApplyAsync(events, start, via), isRemote),
            ApplyAnswer.Of(CallStatus.Unavailable));

    public ValueTask<ApplyAnswer> ResolveAsync(Resolution resolution) =>
        CallAsync(
            world.Says ? $"Resolve({resolution.Event.MessageId}, {world.Describe(resolution.Plan)})" : "",
            (a, call, isRemote) =>
            {
                var received = isRemote ? resolution with { Held = resolution.Held.ToDictionary(h => h.Key, h => Copy(h.Value)) } : resolution;
                a.InTurn(call, () => a.Actor.ResolveAsync(received), isRemote);
            },
            ApplyAnswer.Of(CallStatus.Unavailable));

    public ValueTask<Answer<CustomerFacts>> DescribeAsync(long atLeastVersion, UInt128 messageHash) =>
        CallAsync(
            world.Says ? $"Describe(v{atLeastVersion}+)" : "",
            (a, call, isRemote) => a.InTurn(call, () => a.Actor.DescribeAsync(atLeastVersion, messageHash), isRemote),
            new Answer<CustomerFacts>(CallStatus.Unavailable));

    public ValueTask<Answer<CustomerState>> HoldAsync(HoldToken token, long atLeastVersion) =>
        CallAsync(
            world.Says ? $"Hold({world.NameOf(token)}, v{atLeastVersion}+)" : "",
            (a, call, isRemote) => a.InTurn(
                call,
                async () =>
                {
                    var answer = await a.Actor.HoldAsync(token, atLeastVersion);
                    return isRemote && answer.Value is { } state ? answer with { Value = Copy(state) } : answer;
                },
                isRemote),
            new Answer<CustomerState>(CallStatus.Unavailable));

    public async ValueTask ReleaseAsync(HoldToken token, JournalRow? appended, bool reload) =>
        await CallAsync(
            world.Says ? $"Release({world.NameOf(token)}{(appended is { } row ? $", {row.Kind} v{row.Version}" : "")}{(reload ? ", reload" : "")})" : "",
            (a, call, isRemote) => a.InTurn(
                call,
                async () =>
                {
                    await a.Actor.ReleaseAsync(token, appended, reload);
                    return true;
                },
                isRemote),
            false);

    public ValueTask<Answer<ProfileView>> ReadAsync(Via via) =>
        CallAsync(
            world.Says ? $"Read(via {Describe(via)})" : "",
            (a, call, isRemote) => a.Read(call, via, isRemote),
            new Answer<ProfileView>(CallStatus.Unavailable));

    public ValueTask<Answer<ProfileView>> PatchAsync(Via via, PatchedRecord record) =>
        CallAsync("Patch", (a, call, isRemote) => a.InTurn(call, () => a.Actor.PatchAsync(via, record), isRemote), new Answer<ProfileView>(CallStatus.Unavailable));

    public ValueTask<Answer<Merged>> MergeAsync(PersonMerge merge) =>
        CallAsync(
            world.Says ? $"Merge({world.NameOf(merge.Token)}, {world.NameOf(merge.Absorbed.Id)})" : "",
            (a, call, isRemote) =>
            {
                var received = isRemote ? merge with { Absorbed = Copy(merge.Absorbed) } : merge;
                a.InTurn(call, () => a.Actor.MergeAsync(received), isRemote);
            },
            new Answer<Merged>(CallStatus.Unavailable));

    public ValueTask<Answer<SplitAnswer>> SplitAsync(Via via, PersonSplit split) =>
        CallAsync(
            world.Says ? $"Split({split.Undo?.ToString() ?? string.Join(", ", split.Identifiers.Select(i => i.Ref))} via {Describe(via)})" : "",
            (a, call, isRemote) => a.InTurn(call, () => a.Actor.SplitAsync(via, split), isRemote),
            new Answer<SplitAnswer>(CallStatus.Unavailable));

    public ValueTask<Answer<Moved>> MoveAsync(Via via, IReadOnlyList<Fix> fixes) =>
        CallAsync("Move", (a, call, isRemote) => a.InTurn(call, () => a.Actor.MoveAsync(via, fixes), isRemote), new Answer<Moved>(CallStatus.Unavailable));

    public ValueTask<Answer<Settled>> SettleAsync(long atLeastVersion) =>
        CallAsync("Settle", (a, call, isRemote) => a.InTurn(call, () => a.Actor.SettleAsync(atLeastVersion), isRemote), new Answer<Settled>(CallStatus.Unavailable));

    public ValueTask<Answer<EraseCounts>> EraseAsync(Via via, bool suppress) =>
        CallAsync("Erase", (a, call, isRemote) => a.InTurn(call, () => a.Actor.EraseAsync(via, suppress), isRemote), new Answer<EraseCounts>(CallStatus.Unavailable));

    private static string Describe(Via via) => $"{via.Identifier?.Ref ?? "its id"}{(via.AtLeastVersion > 0 ? $", v{via.AtLeastVersion}+" : "")}";

    private static CustomerState Copy(CustomerState state) => StateCodec.Read(StateCodec.Write(state));

    private ValueTask<T> CallAsync<T>(string what, Action<CustomerActivation, Call<T>, bool> deliver, T lost) =>
        world.Network.CallAsync(from, key, what, (a, call, isRemote) => deliver((CustomerActivation)a, call, isRemote), lost);
}
