using Cdp.Core.Identity;

namespace Cdp.Core.Journal.Index;

/// <summary>Something that has to be delivered, durable with the unit that decided it.</summary>
/// <param name="Queue">Where to: <c>webhook:NAME</c> and the like. Queues do not wait for each other.</param>
/// <param name="Id">Its id for the receiver, stable over repeats; a second message of the same id and queue is dropped.</param>
/// <param name="Stream">The customer that it is about. Its erasure removes the message.</param>
/// <param name="NotBeforeMs">Unix milliseconds before which it is not delivered.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record OutboxMessage(string Queue, string Id, CustomerId Stream, long NotBeforeMs, ReadOnlyMemory<byte> Body);

/// <summary>A message that one deliverer has for the time of its lease.</summary>
/// <param name="Message">The message; its time is the one it was last due at.</param>
/// <param name="Attempts">How often it was tried before.</param>
/// <param name="CreatedAtMs">Unix milliseconds when it was first due.</param>
public sealed record ClaimedMessage(OutboxMessage Message, int Attempts, long CreatedAtMs);

/// <summary>How an attempt ended.</summary>
public enum DeliveryStatus
{
    /// <summary>The receiver has it.</summary>
    Delivered = 1,

    /// <summary>It is tried again.</summary>
    Failed = 2,

    /// <summary>It was given up, and waits for a person.</summary>
    Dead = 3,

    /// <summary>It must not be sent any more, by a reason code.</summary>
    Withheld = 4,
}

/// <summary>One attempt.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="AtMs">Unix milliseconds of its beginning.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Status">How it ended.</param>
/// <param name="HttpStatus">The receiver's answer, null when there was none.</param>
/// <param name="Code">A reason code; null when it was delivered.</param>
/// <param name="RetryAtMs">Unix milliseconds of the next attempt; set exactly when it failed.</param>
public sealed record Delivery(string Id, int Attempt, long AtMs, long DurationMs, DeliveryStatus Status, int? HttpStatus, string? Code, long? RetryAtMs);

/// <summary>What waits in a queue.</summary>
/// <param name="Pending">Messages that are to be delivered.</param>
/// <param name="Dead">Messages that were given up.</param>
/// <param name="OldestDueMs">Unix milliseconds since when the oldest pending one is due; null when none is pending.</param>
public readonly record struct QueueState(long Pending, long Dead, long? OldestDueMs);

/// <summary>The messages that units of work put out, for those who deliver them.</summary>
/// <remarks>All methods may be called concurrently, and may throw <see cref="JournalUnavailableException"/>.</remarks>
public interface IOutbox
{
    /// <summary>Takes messages of a queue that are due, the longest due first. Nobody else is given them until the lease ends.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="nowMs">Unix milliseconds: those due at or before it.</param>
    /// <param name="leaseMs">For how long, in milliseconds.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>The messages.</returns>
    ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(
        string workspace, string queue, long nowMs, long leaseMs, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes attempts down, in one transaction. A message that was delivered or withheld is gone; one that failed is due again at its time; one that is dead
    /// waits for <see cref="ReplayAsync"/>. Attempts of messages that are gone are written down all the same.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="deliveries">The attempts; no message twice.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>A task that ends when they are durable.</returns>
    ValueTask SettleAsync(string workspace, string queue, IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken = default);

    /// <summary>What waits in a queue.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The counts.</returns>
    ValueTask<QueueState> QueueAsync(string workspace, string queue, CancellationToken cancellationToken = default);

    /// <summary>The latest attempts of a queue, newest first.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="messageId">Only those of this message; null for all.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The attempts.</returns>
    ValueTask<IReadOnlyList<Delivery>> DeliveriesAsync(
        string workspace, string queue, string? messageId, int limit, CancellationToken cancellationToken = default);

    /// <summary>The messages that were given up, in order of their ids, a page at a time.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="after">Continue behind this id; null from the first.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The messages; fewer than the limit at the end.</returns>
    ValueTask<IReadOnlyList<ClaimedMessage>> DeadAsync(
        string workspace, string queue, string? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Makes messages that were given up due again, from their first attempt on.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="messageId">Only this one; null for all.</param>
    /// <param name="nowMs">Unix milliseconds when they are due.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>How many there were.</returns>
    ValueTask<long> ReplayAsync(string workspace, string queue, string? messageId, long nowMs, CancellationToken cancellationToken = default);

    /// <summary>Removes attempts that began before a moment, at most so many.</summary>
    /// <param name="beforeMs">Unix milliseconds.</param>
    /// <param name="limit">At least 1: at most so many.</param>
    /// <param name="cancellationToken">Stops waiting for a place in the queue.</param>
    /// <returns>How many were removed.</returns>
    ValueTask<int> TrimDeliveriesAsync(long beforeMs, int limit, CancellationToken cancellationToken = default);
}
