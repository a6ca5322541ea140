using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Simulation.Running;
using Cdp.Simulation.Scheduling;

namespace Cdp.Simulation.Checking;

/// <summary>Compares all that a recovered store holds with what had become durable.</summary>
internal static class StoreAudit
{
    /// <summary>The first difference; null when there is none.</summary>
    public static async Task<string?> DifferenceAsync(IJournal store, Ledger durable, Ledger everything)
    {
        foreach (var stream in everything.Streams)
        {
            if (await DifferenceAsync(store, durable, stream.Id) is { } difference) return difference;
        }

        var identifiers = everything.Identifiers;
        foreach (var ownership in await store.OwnersAsync(World.Workspace, identifiers))
        {
            if (ownership.Owner != durable.OwnerOf(ownership.Identifier)) return $"{ownership.Identifier.Ref} has another owner";
        }

        return null;
    }

    private static async Task<string?> DifferenceAsync(IJournal store, Ledger durable, CustomerId id)
    {
        var load = await store.LoadAsync(World.Workspace, id);
        var stream = durable.Find(id);
        if (load is null || stream is null) return (load is null) == (stream is null) ? null : $"stream {id} is {(load is null ? "missing" : "more than was durable")}";
        var version = load.Tail is [.., var last] ? last.Version : load.Snapshot!.Version;
        if (version != stream.Version) return $"stream {id} is at version {version} and not {stream.Version}";
        if (stream.IsErased) return load.Tail is [{ Kind: RecordKind.Erased }] ? null : $"stream {id} is not erased";
        var events = await store.CountEventsAsync(World.Workspace, [id]);
        if (events != stream.Events.Count) return $"stream {id} holds {events} events and not {stream.Events.Count}";
        var found = StateCodec.Write((await StateLoader.LoadAsync(store, World.Workspace, id))!);
        var fold = StateCodec.Write(StateLoader.LoadAsync(durable, World.Workspace, id).Now()!);
        return found.AsSpan().SequenceEqual(fold) ? null : $"stream {id} folds to another state";
    }
}
