using System.Diagnostics;

namespace Cdp.Testing.Processes;

/// <summary>One event as its client knows it: what it sent, and what it was told.</summary>
/// <param name="messageId">Its id, the same in every retry.</param>
/// <param name="json">Its JSON.</param>
/// <param name="own">Identifiers that in truth belong to one person only.</param>
/// <param name="shared">Identifiers that several people use, each only together with a user id or alone.</param>
public sealed class SentEvent(string messageId, string json, string[] own, string[] shared)
{
    private int _applied;
    private long _invokedAt;
    private long _ackedAt;

    /// <summary>Its id.</summary>
    public string MessageId => messageId;

    /// <summary>Its JSON.</summary>
    public string Json => json;

    /// <summary>As references.</summary>
    public IReadOnlyList<string> Own => own;

    /// <summary>As references.</summary>
    public IReadOnlyList<string> Shared => shared;

    /// <summary>The strongest of them.</summary>
    public string Anchor => own.Length > 0 ? own[0] : shared[0];

    /// <summary>Whether an acknowledgement has arrived.</summary>
    public bool IsAcked => Volatile.Read(ref _ackedAt) != 0;

    /// <summary>When it was first sent, a time stamp of <see cref="Stopwatch"/>; 0 when it was not.</summary>
    public long InvokedAt => Volatile.Read(ref _invokedAt);

    /// <summary>When it was first acknowledged; the end of time when it was not.</summary>
    public long AckedAt => Volatile.Read(ref _ackedAt) is not 0 and var at ? at : long.MaxValue;

    /// <summary>The profile that the first answer named.</summary>
    public string? ProfileId { get; private set; }

    /// <summary>How often an answer said that it was applied; more than once is a wrong answer.</summary>
    public int Applied => _applied;

    /// <summary>The same event, of which nothing was answered yet.</summary>
    public SentEvent Again() => new(messageId, json, own, shared);

    /// <summary>It is sent, perhaps not for the first time.</summary>
    public void Invoke() => Interlocked.CompareExchange(ref _invokedAt, Stopwatch.GetTimestamp(), 0);

    /// <summary>Takes an answer in.</summary>
    /// <param name="outcome">What was answered.</param>
    /// <param name="profileId">The profile that was named.</param>
    /// <returns>False when the answer cannot be true after what was answered before.</returns>
    public bool Acknowledge(string outcome, string? profileId)
    {
        ProfileId ??= profileId;
        Interlocked.CompareExchange(ref _ackedAt, Stopwatch.GetTimestamp(), 0);
        return outcome switch
        {
            "applied" => Interlocked.Increment(ref _applied) == 1,
            "duplicate" => true,
            _ => false,
        };
    }
}
