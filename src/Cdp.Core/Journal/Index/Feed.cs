using Cdp.Core.Identity;

namespace Cdp.Core.Journal.Index;

/// <summary>
/// Something that others are told: durable with the unit, once, and in order for one customer. It is a copy for subscribers; what it tells stands in the
/// customer's stream as well.
/// </summary>
/// <param name="Topic">What a subscriber asks for, like <c>audience:vip</c>.</param>
/// <param name="Stream">The customer. Its erasure removes the entry.</param>
/// <param name="AtMs">Unix milliseconds when it was decided; how long it is kept counts from here.</param>
/// <param name="Body">UTF-8 JSON for the subscriber, without personal data beyond the customer's id.</param>
public sealed record FeedEntry(string Topic, CustomerId Stream, long AtMs, ReadOnlyMemory<byte> Body);

/// <summary>
/// A place in a feed. It orders what commits one after the other; of entries committed side by side, none is passed over by a reader that goes on behind
/// the last one it has seen.
/// </summary>
/// <param name="Epoch">The store's group of places: the transaction in PostgreSQL, 0 in a store with one writer.</param>
/// <param name="Number">The place within it.</param>
public readonly record struct FeedPlace(long Epoch, long Number)
{
    /// <summary>Before the first entry.</summary>
    public static readonly FeedPlace Start;
}

/// <summary>An entry that was read.</summary>
/// <param name="Place">Where it stands: a reader goes on behind it.</param>
/// <param name="AtMs">Unix milliseconds when it was decided.</param>
/// <param name="Body">UTF-8 JSON. The caller's to keep.</param>
public readonly record struct FeedRow(FeedPlace Place, long AtMs, ReadOnlyMemory<byte> Body);
