namespace Cdp.Standalone.Tests.Identity;

/// <summary>The documented cases that no test of this folder shows, and what of the others is not reproduced. Each with the reason.</summary>
internal static class CaseList
{
    /// <summary>Cases that do not apply, cannot be reproduced, or are shown elsewhere.</summary>
    public static IReadOnlyDictionary<string, string> NotHere { get; } = new Dictionary<string, string>
    {
        ["B25"] = "Not reproduced: Adobe gives all events of a cookie to whoever logged in last, those of others in between included. Here an event stays with whom it came in by; the cookie alone moves (cases B7, B19).",
        ["B31"] = "Not reproduced: Unomi rewrites a profile's merge id. An identifier is linked, moved or evicted here, never rewritten.",
        ["B35"] = "Not reproduced: mParticle starts an anonymous profile at each logout call. No call of the Segment spec says that somebody logged out; SDKs rotate the anonymous id (B32).",
        ["B37"] = "Not reproduced: mParticle's profile link keeps the anonymous profile beside the known one. Here the anonymous profile becomes the known one and keeps its id.",
        ["C4"] = "Not reproduced: an event is always stored, also when it changes no trait, because it counts and stands in the timeline (A11).",
        ["C7"] = "Elsewhere: trait resolution, sourcePriority.",
        ["C8"] = "Elsewhere: trait resolution; most frequent is not among the rules of the design.",
        ["C10"] = "Elsewhere: trait resolution, ignoreEmpty.",
        ["C11"] = "Elsewhere: trait resolution, sum.",
        ["C13"] = "Elsewhere: trait resolution, union.",
        ["C14"] = "Elsewhere: trait resolution, union.",
        ["C16"] = "Elsewhere: trait resolution, ignoreEmpty.",
        ["C17"] = "Elsewhere: trait resolution, sum of objects.",
        ["C25"] = "Elsewhere: Events/EventRejectionTests. An event is at most 32,768 bytes here, so that 512 KB of traits never arrive.",
        ["C26"] = "Elsewhere: Events/EventRejectionTests, too_many_traits.",
        ["C28"] = "Not reproduced: Unomi lets the newer state win. Between merged profiles a denial stands here until a grant after the merge (ConsentAndAttributionTests).",
        ["C29"] = "Elsewhere: ConsentTests and ConsentAndAttributionTests; what only one side has said holds for both.",
        ["C31"] = "Elsewhere: trait resolution, union.",
        ["C32"] = "Elsewhere: trait resolution, first.",
        ["C34"] = "Elsewhere: trait resolution, sourcePriority.",
        ["E4"] = "Does not apply: a merge is one unit whatever its size; nothing is put aside for later.",
        ["E5"] = "Does not apply: a merge is one unit whatever its size; no batches of identifiers can be seen.",
        ["E16"] = "Elsewhere: overload is answered with 429 (Cdp.Api.Tests, Cdp.Grains.Tests OverloadTests); there is no limit per profile.",
        ["E17"] = "Elsewhere: audiences are judged over all parts of a profile (AudienceModelTests).",
        ["F4"] = "Elsewhere: the simulator erases customers in the middle of everything.",
        ["F5"] = "Elsewhere: the simulator; a merge names the versions that it was decided on.",
        ["F7"] = "Elsewhere: Engine/StoreFaultTests.",
        ["F16"] = "Elsewhere: audiences; an event counts at its time, capped at its arrival, and more than 24 hours ahead it is rejected.",
        ["F17"] = "Elsewhere: Engine/AudienceTests, to the millisecond.",
        ["F19"] = "Does not apply: there are no personless events; every event belongs to a profile.",
        ["F20"] = "Does not apply: there are no personless events; every event belongs to a profile.",
        ["F22"] = "Elsewhere: JournalCompliance; an append at a stale version conflicts.",
        ["G4"] = "Does not apply: no flag makes a profile browse anonymously.",
        ["G10"] = "Elsewhere: audiences; what came in by a cookie stays with the part that it came in by when the cookie moves.",
        ["H1"] = "Not reproduced: PostHog makes a profile of every other id, with empty traits. The named identifiers become one profile here, with what came in by them (Engine/Splits/ByIdentifiersTests).",
        ["H2"] = "Not reproduced: as H1; nothing is wiped that can be told apart.",
        ["H4"] = "Elsewhere: MergeAndSplitTests; refused with a code each.",
        ["H5"] = "Elsewhere: Engine/Splits/RoundTripTests; the restored id is live again, and outranks the way to its survivor.",
        ["H8"] = "Elsewhere: Engine/Splits/ByIdentifiersTests; a single identifier is taken out of a profile by a split with it.",
        ["H11"] = "Elsewhere: Engine/Splits/ByIdentifiersTests.",
        ["H14"] = "Does not apply: an erasure names one profile per request.",
        ["H16"] = "Does not apply: an erasure is physical, events included; keeping them without a person is not offered.",
        ["H17"] = "Does not apply: an erasure is physical; purging personal traits alone is not offered.",
        ["H22"] = "Does not apply: profiles are not purged for their age; raw events are (RetainEventsDays).",
        ["H25"] = "Does not apply: there is no test status; a trait of that name is kept like any other.",
        ["H26"] = "Elsewhere: ConsentTests; categories that an event does not name stay as they were.",
    };

    /// <summary>What of a case that is shown here is not as the peer documents it.</summary>
    public static IReadOnlyDictionary<string, string> Partly { get; } = new Dictionary<string, string>
    {
        ["A2"] = "Two workspaces are two profiles; ids are not a function of workspace and identifier but UUIDs of version 7, so that an erased person does not come back under the old id.",
        ["A4"] = "The persistent id is not derived from the user id, as in A2.",
        ["A11"] = "An event with a message id of its own is stored and raises the version; identifiers and traits do not change.",
        ["B38"] = "A user id that nobody knows does not join an identified profile under posthog. PostHog adds it there (\"one known: the missing id is added\"), and users report that as the bug of this case.",
        ["C2"] = "Set-once values need a trait rule (`first`); a set on the event is shown.",
        ["C22"] = "Traits come by identify calls alone, so that a page view changes none; `initial_*` properties are not known.",
        ["C35"] = "Mixpanel loses them; they are kept here, as the case itself asks.",
        ["E1"] = "The event itself is applied to the target, with the reason; PostHog puts it into a dead-letter queue.",
    };
}
