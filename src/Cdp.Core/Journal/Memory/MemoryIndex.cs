using Cdp.Core.Identity;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Journal.Memory;

/// <summary>The index of one workspace, in dictionaries. Guarded by the journal's lock.</summary>
internal sealed class MemoryIndex
{
    public Dictionary<CustomerId, (long AtMs, long LeasedUntilMs)> Due { get; } = [];

    public Dictionary<CustomerId, Dictionary<string, long>> Memberships { get; } = [];

    public Dictionary<(string Audience, long HourMs), long> Sizes { get; } = [];

    public Dictionary<string, Progress> Progress { get; } = [];

    public List<(long Number, FeedEntry Entry)> Feed { get; } = [];

    public Dictionary<(string Queue, string Id), Queued> Outbox { get; } = [];

    public List<(string Queue, Delivery Delivery)> Deliveries { get; } = [];

    public void Set(CustomerIndex index)
    {
        var stored = Memberships.GetValueOrDefault(index.Stream) ?? [];
        var next = index.Memberships.ToDictionary(static m => m.Audience, static m => m.SinceMs, StringComparer.Ordinal);
        foreach (var audience in stored.Keys.Except(next.Keys, StringComparer.Ordinal)) Count(audience, index.AtMs, -1);
        foreach (var audience in next.Keys.Except(stored.Keys, StringComparer.Ordinal)) Count(audience, index.AtMs, 1);
        if (next.Count == 0) Memberships.Remove(index.Stream);
        else Memberships[index.Stream] = next;
        SetDue(index.Stream, index.DueAtMs);
    }

    public void SetDue(CustomerId stream, long? atMs)
    {
        if (atMs is { } at) Due[stream] = (at, 0);
        else Due.Remove(stream);
    }

    public void Wake(Wake wake)
    {
        if (!Due.TryGetValue(wake.Stream, out var stored) || wake.AtMs < stored.AtMs) Due[wake.Stream] = (wake.AtMs, 0);
    }

    /// <summary>A stream has ended.</summary>
    public void Forget(CustomerId stream, long atMs) => Set(new(stream, [], null, atMs));

    /// <summary>A stream was erased.</summary>
    public void Erase(CustomerId stream, long atMs)
    {
        Forget(stream, atMs);
        Feed.RemoveAll(f => f.Entry.Stream == stream);
        foreach (var key in Outbox.Where(o => o.Value.Message.Stream == stream).Select(static o => o.Key).ToList()) Outbox.Remove(key);
    }

    private void Count(string audience, long atMs, long delta)
    {
        var key = (audience, atMs - (atMs % JournalRules.HourMs));
        Sizes[key] = Sizes.GetValueOrDefault(key) + delta;
    }
}

/// <summary>A message in the outbox.</summary>
/// <param name="Message">The message.</param>
/// <param name="CreatedAtMs">Unix milliseconds when it was first due.</param>
internal sealed record Queued(OutboxMessage Message, long CreatedAtMs)
{
    public int Attempts { get; init; }

    public long LeasedUntilMs { get; init; }

    public bool IsDead { get; init; }
}
