namespace Cdp.Core.Audiences.Membership;

/// <summary>
/// How one customer stands to one audience. Kept for members, and for others whose answer can change by time alone; nobody else needs a record.
/// </summary>
/// <param name="Audience">The audience's id.</param>
/// <param name="Version">The version of its definition that was judged by.</param>
/// <param name="IsMember">Whether the customer belongs.</param>
/// <param name="SinceMs">Unix milliseconds since when that is so.</param>
/// <param name="UntilMs">Unix milliseconds of the first moment at which it can change by time alone; <see cref="Verdict.Never"/> when it cannot.</param>
public sealed record Membership(string Audience, long Version, bool IsMember, long SinceMs, long UntilMs);

/// <summary>What made a membership change.</summary>
public enum ChangeCause
{
    /// <summary>An event, or traits or consent that were written.</summary>
    Event,

    /// <summary>Time alone.</summary>
    Time,

    /// <summary>A merge of profiles.</summary>
    Merge,

    /// <summary>A split of a profile.</summary>
    Split,

    /// <summary>The definition was made, changed, paused or deleted.</summary>
    Definition,

    /// <summary>The customer was erased.</summary>
    Erase,
}

/// <summary>Into the audience or out of it.</summary>
public enum ChangeKind
{
    /// <summary>From now on it belongs.</summary>
    Enter,

    /// <summary>From now on it does not.</summary>
    Exit,
}

/// <summary>A customer has entered or left an audience. Per customer and audience the two alternate, beginning with an entry.</summary>
/// <param name="Audience">The audience's id.</param>
/// <param name="Version">The version of its definition.</param>
/// <param name="Kind">Into it or out of it.</param>
/// <param name="AtMs">Unix milliseconds at which it became true: for <see cref="ChangeCause.Time"/> the due moment, however late it was noticed.</param>
/// <param name="Cause">Why.</param>
/// <param name="Historical">True when it must trigger nothing: it came by an import, a backfill, a late event, or a new definition over old customers.</param>
public sealed record MembershipChange(string Audience, long Version, ChangeKind Kind, long AtMs, ChangeCause Cause, bool Historical);

/// <summary>The outcome of a decision.</summary>
/// <param name="Memberships">All records from now on, by audience id.</param>
/// <param name="Changes">What to put out, in the order of their moments.</param>
public sealed record MembershipDecision(IReadOnlyList<Membership> Memberships, IReadOnlyList<MembershipChange> Changes)
{
    /// <summary>Unix milliseconds at which the next record is due; <see cref="Verdict.Never"/> when none is.</summary>
    public long DueMs => Memberships.Count == 0 ? Verdict.Never : Memberships.Min(m => m.UntilMs);
}
