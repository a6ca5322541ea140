namespace Cdp.Standalone.Tests.Processes;

/// <summary>One event as its client knows it: what it sent, and what it was told.</summary>
/// <param name="messageId">Its id, the same in every retry.</param>
/// <param name="json">Its JSON.</param>
/// <param name="own">Identifiers that in truth belong to one person only.</param>
/// <param name="shared">Identifiers that several people use, each only together with a user id or alone.</param>
internal sealed class SentEvent(string messageId, string json, string[] own, string[] shared)
{
    private int _applied;
    private volatile bool _acked;

    public string MessageId => messageId;

    public string Json => json;

    public IReadOnlyList<string> Own => own;

    public IReadOnlyList<string> Shared => shared;

    public string Anchor => own.Length > 0 ? own[0] : shared[0];

    /// <summary>Whether a 200 for it has arrived.</summary>
    public bool IsAcked => _acked;

    /// <summary>The profile that the first answer named.</summary>
    public string? ProfileId { get; private set; }

    /// <summary>How often an answer said that it was applied; more than once is a wrong answer.</summary>
    public int Applied => _applied;

    /// <summary>The same event, of which nothing was answered yet.</summary>
    public SentEvent Again() => new(messageId, json, own, shared);

    /// <summary>Takes an answer in.</summary>
    /// <returns>False when the answer cannot be true after what was answered before.</returns>
    public bool Acknowledge(string outcome, string? profileId)
    {
        ProfileId ??= profileId;
        _acked = true;
        return outcome switch
        {
            "applied" => Interlocked.Increment(ref _applied) == 1,
            "duplicate" => true,
            _ => false,
        };
    }
}
