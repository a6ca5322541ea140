namespace Cdp.Core.Identity;

/// <summary>The stable reason codes. They are part of the HTTP contract: codes are added, never renamed.</summary>
public static class ReasonCodes
{
#pragma warning disable CS1591 // Each code is its own documentation; the groups say where it can appear.

    // The event as a whole is rejected (Events/EventParser).
    public const string InvalidJson = "invalid_json";
    public const string NotAnObject = "not_an_object";
    public const string UnknownType = "unknown_type";
    public const string WrongType = "wrong_type";
    public const string MissingEventName = "missing_event_name";
    public const string EventNameTooLong = "event_name_too_long";
    public const string TooLarge = "event_too_large";
    public const string TooDeep = "event_too_deep";
    public const string TooManyTraits = "too_many_traits";
    public const string NumberOutOfRange = "number_out_of_range";
    public const string InvalidText = "invalid_text";
    public const string InvalidMessageId = "invalid_message_id";
    public const string InvalidTimestamp = "invalid_timestamp";
    public const string TimestampTooOld = "timestamp_too_old";
    public const string TimestampInFuture = "timestamp_in_future";
    public const string NoIdentifier = "no_identifier";
    public const string Erased = "erased";
    public const string Suppressed = "suppressed";

    // An identifier is left out, the event is kept (Identity/IdentifierExtractor).
    public const string IdentifierBlocked = "identifier_blocked";
    public const string IdentifierTooLong = "identifier_too_long";
    public const string IdentifierInvalid = "identifier_invalid";
    public const string TypeNotUsed = "type_not_used";

    // Traits are left out, the event is kept (Profiles/ProfilePart, Traits/TraitRules).
    public const string TraitCapReached = "trait_cap_reached";
    public const string TraitNotANumber = "trait_not_a_number";

    // Decisions of the identity policy (Identity/IdentityPolicy).
    public const string Created = "created";
    public const string Linked = "linked";
    public const string Moved = "moved";
    public const string Merged = "merged";
    public const string RefusedLimit = "limit_reached";
    public const string RefusedProfileCap = "profile_cap_reached";
    public const string KeptByOwner = "kept_by_owner";
    public const string LateLink = "late_link";
    public const string AliasKnownUser = "alias_known_user";
    public const string AliasSelf = "alias_self";
    public const string SharedDevice = "shared_device";
    public const string Shared = "shared";
    public const string Evicted = "evicted";
    public const string Expired = "expired";
    public const string ManualLink = "manual_link";
    public const string RefusedWindow = "window_limit_reached";
    public const string NeverMerge = "never_merge";
    public const string TrustRequired = "trust_required";
    public const string AlreadyIdentified = "already_identified";
    public const string PersonsDiffer = "persons_differ";
    public const string MergeTooLarge = "merge_too_large";

    // Decisions of people (Actors/CustomerActor.Merge, CustomerActor.Split).
    public const string MergedByAdmin = "merged_by_admin";
    public const string Split = "split";

    // The event failed for our reasons and may be sent again.
    public const string Unavailable = "unavailable";
    public const string Overloaded = "overloaded";
    public const string Contention = "contention";
    public const string NoAnswer = "no_answer";
    public const string InternalError = "internal_error";
#pragma warning restore CS1591
}
