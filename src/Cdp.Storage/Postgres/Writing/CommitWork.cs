using System.Text;
using Cdp.Core.Journal;

namespace Cdp.Storage.Postgres.Writing;

/// <summary>A unit that waits for its group, and the caller's task.</summary>
internal sealed class CommitWork : TaskCompletionSource<CommitOutcome>
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Encodes the unit's text on its caller's thread, so that what cannot be stored fails before it is in a group.</summary>
    /// <exception cref="ArgumentException">A text holds what PostgreSQL or UTF-8 cannot.</exception>
    public CommitWork(UnitOfWork unit, long queuedAt) : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        (Unit, QueuedAt) = (unit, queuedAt);
        CheckText(unit.Workspace);
        foreach (var append in unit.Appends)
            for (var i = 0; i < append.Entries.Count; i++) Bytes += append.Entries[i].Body.Length;
        foreach (var change in unit.Ownership)
        {
            CheckText(change.Identifier.Type);
            CheckText(change.Source);
            _ = Value(change.Identifier.Value);
        }
        CheckGrid();
    }

    public UnitOfWork Unit { get; }

    /// <summary>When it came, as a timestamp of the clock.</summary>
    public long QueuedAt { get; }

    /// <summary>The size of its bodies.</summary>
    public long Bytes { get; private set; }

    /// <summary>What it met, null when it is written. Decided inside the transaction, told to the caller only after it is durable.</summary>
    public ConflictKind? Conflict { get; set; }

    public CommitOutcome Outcome => Conflict is null ? CommitOutcome.Committed : CommitOutcome.Conflict;

    /// <summary>An identifier's value as it is stored.</summary>
    /// <exception cref="ArgumentException">It is no text that UTF-8 can express.</exception>
    public static byte[] Value(string value)
    {
        try
        {
            return Strict.GetBytes(value);
        }
        catch (EncoderFallbackException)
        {
            // Without the original, which quotes what it met.
            throw new ArgumentException("A value is not well-formed text.", nameof(value));
        }
    }

    /// <summary>Checks a text that is stored as such.</summary>
    /// <exception cref="ArgumentException">It is not well-formed, or holds U+0000.</exception>
    public static void CheckText(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal)) throw new ArgumentException("A name holds U+0000.", nameof(text));
        _ = Value(text);
    }

    private void CheckGrid()
    {
        foreach (var index in Unit.Index)
            foreach (var membership in index.Memberships) CheckText(membership.Audience);
        foreach (var entry in Unit.Feed)
        {
            CheckText(entry.Topic);
            Bytes += entry.Body.Length;
        }
        foreach (var message in Unit.Outbox)
        {
            CheckText(message.Queue);
            CheckText(message.Id);
            Bytes += message.Body.Length;
        }
    }
}
