namespace Cdp.Simulation.Checking;

/// <summary>The names of the invariants, as failures and <c>docs/protocol.md</c> call them.</summary>
internal static class Invariants
{
    /// <summary>At most one customer owns an identifier; streams and the store's owners say the same.</summary>
    public const string OneOwner = "one_owner";

    /// <summary>No event is durable twice, in whichever streams.</summary>
    public const string EventOnce = "event_once";

    /// <summary>What was acknowledged is durable, in a stream that leads to exactly one surviving profile.</summary>
    public const string NothingLost = "nothing_lost";

    /// <summary>Versions follow each other without gaps, and nothing follows a terminal record.</summary>
    public const string Versions = "versions_without_gaps";

    /// <summary>A merge is in both streams, in one unit.</summary>
    public const string MergeAtomic = "merge_in_both_streams";

    /// <summary>Only a person joins again what was split for good.</summary>
    public const string NeverMerge = "never_merge";

    /// <summary>Per customer and audience entries and exits take turns, beginning with an entry.</summary>
    public const string Alternate = "enter_and_exit_alternate";

    /// <summary>Per customer, device and fence visits begin and end in turns, and nothing of them is told twice.</summary>
    public const string VisitsTakeTurns = "visits_take_turns";

    /// <summary>The index of members and sizes is what the streams say.</summary>
    public const string Index = "index_equals_streams";

    /// <summary>By the feed, a customer is in an audience exactly when it is.</summary>
    public const string Feed = "feed_equals_index";

    /// <summary>What was acknowledged, or has become true by time alone, has been written as entries and exits.</summary>
    public const string Judged = "everybody_is_judged";

    /// <summary>A trigger is decided at most once on one occasion, whoever the customer has become.</summary>
    public const string DecidedOnce = "decided_once";

    /// <summary>What was decided to be sent, and nothing else, waits in the outbox.</summary>
    public const string Outbox = "outbox_equals_decisions";

    /// <summary>Redirects lead to an end.</summary>
    public const string NoCycle = "no_redirect_cycle";

    /// <summary>What an actor has in memory is a fold of what is durable, from scratch, to the byte.</summary>
    public const string MemoryIsFold = "memory_is_fold";

    /// <summary>What readers see at the end is what a naive model adds up.</summary>
    public const string NaiveModel = "counters_equal_model";

    /// <summary>Without limits, the profiles at the end are the components of a union-find over the acknowledged events.</summary>
    public const string Partition = "partition_is_union_find";

    /// <summary>After an acknowledgement, a read by any identifier of the event sees it.</summary>
    public const string ReadYourWrites = "read_your_writes";

    /// <summary>Reads of one caller by one identifier never go back.</summary>
    public const string MonotonicReads = "reads_never_go_back";

    /// <summary>After the last fault everything gets done within a bound.</summary>
    public const string Liveness = "liveness";

    /// <summary>Nothing throws that is not a documented answer.</summary>
    public const string NoUnexpectedException = "no_unexpected_exception";
}
