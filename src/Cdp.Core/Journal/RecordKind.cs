namespace Cdp.Core.Journal;

/// <summary>What a journal row says. The numbers are stored: they are never changed or reused.</summary>
public enum RecordKind : byte
{
    /// <summary>Not a record.</summary>
    None = 0,

    /// <summary>One customer event, as its canonical body. The only kind that retention removes.</summary>
    Event = 1,

    /// <summary>Decisions about identifiers: created, linked, moved, refused.</summary>
    Decided = 2,

    /// <summary>Terminal: this customer was absorbed by another one.</summary>
    MergedInto = 3,

    /// <summary>This customer absorbed another one; names its stream and version.</summary>
    Absorbed = 4,

    /// <summary>Traits written by a person or a back end through the API, not by an event.</summary>
    Patched = 5,

    /// <summary>Terminal and without a body: everything of this stream was physically erased.</summary>
    Erased = 6,

    /// <summary>A part of this customer became one of its own. Holds the whole state that is left: a fold starts at the last record of this kind or the next.</summary>
    Split = 7,

    /// <summary>This customer was split off another one, or given back to what it was before a merge: the only record that may follow <see cref="MergedInto"/>. Holds the whole state.</summary>
    Restored = 8,

    /// <summary>This customer entered or left audiences.</summary>
    Judged = 9,

    /// <summary>Triggers were decided for this customer.</summary>
    Acted = 10,

    /// <summary>Where this customer's devices stand to the fences: the whole of it, so that only the newest counts.</summary>
    Positioned = 11,
}
