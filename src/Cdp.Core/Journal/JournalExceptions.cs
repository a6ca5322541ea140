namespace Cdp.Core.Journal;

/// <summary>The store could not do it, and nothing of the unit is durable: a full disk, a read-only file, a closed journal. Try again later.</summary>
public sealed class JournalUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What failed, without personal data.</param>
    /// <param name="inner">The store's own error.</param>
    public JournalUnavailableException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>
/// The commit was sent and its outcome is not known: a failed fsync, a lost connection. It is resolved by appending again at the same expected
/// version, never by reading alone.
/// </summary>
public sealed class UnknownCommitOutcomeException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What failed, without personal data.</param>
    /// <param name="inner">The store's own error.</param>
    public UnknownCommitOutcomeException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>More work waits than the journal takes on. Nothing was written; answer 429 or 503 and let the caller come back.</summary>
public sealed class JournalOverloadedException : Exception
{
    /// <summary>Makes the exception.</summary>
    public JournalOverloadedException() : base("The journal's queue is full.") { }
}
