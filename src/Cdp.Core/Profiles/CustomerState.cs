using Cdp.Core.Activation.State;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Events;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

/// <summary>How far a customer's stream has come.</summary>
public enum CustomerStatus
{
    /// <summary>It takes events.</summary>
    Live,

    /// <summary>Terminal: absorbed by <see cref="CustomerState.Successor"/>.</summary>
    Merged,

    /// <summary>Terminal: erased.</summary>
    Erased,
}

/// <summary>
/// A customer as its stream says: parts, identifiers, what it absorbed. It changes only by records that are durable (<c>Evolve</c>), so it never has
/// to be rolled back, and a replay of the stream gives the same state.
/// </summary>
/// <remarks>Not thread-safe for writers: one turn at a time. <see cref="View(string, IdentityRules)"/> may be called by any thread at any time.</remarks>
public sealed partial class CustomerState
{
    /// <summary>Refusals remembered, so that an identifier that every event repeats is recorded once and not with each event.</summary>
    public const int MaxRememberedRefusals = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<Identifier, Link> _links = [];

    // Most customers absorb nobody and refuse nothing: these exist only where they are needed.
    private Dictionary<CustomerId, ProfilePart>? _otherParts;
    private List<(CustomerId Stream, long LastVersion)>? _absorbed;
    private Queue<(Identifier Identifier, string Code)>? _refusals;
    private SortedSet<CustomerId>? _neverMergeWith;
    private List<PartsJoined>? _joins;

    /// <summary>Makes the state of a stream that does not exist yet.</summary>
    /// <param name="id">The customer.</param>
    public CustomerState(CustomerId id)
    {
        Id = id;
        Own = new ProfilePart(id);
    }

    /// <summary>The customer, and the name of the stream.</summary>
    public CustomerId Id { get; }

    /// <summary>The stream's last version; 0 when it does not exist yet.</summary>
    public long Version { get; private set; }

    /// <summary>Bytes of the records behind the snapshot that this state was loaded from; 0 when it was not loaded.</summary>
    internal long TailBytes { get; set; }

    /// <summary>How far the stream has come.</summary>
    public CustomerStatus Status { get; private set; }

    /// <summary>Who absorbed this customer; null while it is live or when it was erased.</summary>
    public CustomerId? Successor { get; private set; }

    /// <summary>Unix milliseconds of the latest change, by our clock.</summary>
    public long UpdatedAtMs { get; private set; }

    /// <summary>The part of the own stream.</summary>
    public ProfilePart Own { get; private set; }

    /// <summary>All parts: the own one and those of all absorbed customers, transitively.</summary>
    public IReadOnlyCollection<ProfilePart> Parts => _otherParts is null ? [Own] : [Own, .. _otherParts.Values];

    /// <summary>The identifiers that this customer owns.</summary>
    public IReadOnlyDictionary<Identifier, Link> Links => _links;

    /// <summary>The streams of all absorbed customers, transitively, with their terminal versions, in the order they came.</summary>
    public IReadOnlyList<(CustomerId Stream, long LastVersion)> Absorbed => _absorbed ?? [];

    /// <summary>How it stood to audiences when it last entered or left one.</summary>
    public IReadOnlyList<Membership> Memberships { get; private set; } = [];

    /// <summary>The definitions that <see cref="Memberships"/> were judged by; empty when nothing was.</summary>
    public string JudgedBy { get; private set; } = "";

    /// <summary>What its triggers remember.</summary>
    public ActivationState Activation { get; private set; } = ActivationState.Empty;

    /// <summary>Where its devices stand to fences.</summary>
    public TrackState Track { get; private set; } = TrackState.Empty;

    /// <summary>The version of the stream's record that says so; 0 when there is none.</summary>
    public long TrackedAt { get; private set; }

    /// <summary>When its parts came to belong together.</summary>
    public IReadOnlyList<PartsJoined> Joins => _joins ?? [];

    /// <summary>The consent in force over all parts.</summary>
    public ConsentView Consent =>
        new([.. Parts.Where(p => p.Consent is not null).Select(p => new ConsentPart(p.Stream, p.Consent!))], Joins);

    /// <summary>The customers that it was split from and must not be joined with again, but by a person.</summary>
    public IReadOnlyCollection<CustomerId> NeverMergeWith => _neverMergeWith is null ? [] : _neverMergeWith;

    /// <summary>The facts that the identity policy judges by.</summary>
    public CustomerFacts Facts =>
        new(Id, Version, CreatedAtMs, _links.Keys.CountBy(i => i.Type).ToDictionary(StringComparer.Ordinal), _links.Count)
        {
            Absorbed = _absorbed is null ? [] : [.. _absorbed.Select(a => a.Stream)],
            NeverMergeWith = [.. NeverMergeWith],
        };

    /// <summary>Whether it answers for a customer's id: its own, or one that it absorbed.</summary>
    /// <param name="id">The id.</param>
    /// <returns>True when it does.</returns>
    public bool AnswersFor(CustomerId id) => id == Id || (_absorbed is not null && _absorbed.Exists(a => a.Stream == id));

    /// <summary>Unix milliseconds of the earliest event; <see cref="long.MaxValue"/> before the first one.</summary>
    public long CreatedAtMs => _otherParts is null ? Own.FirstSeenMs : Parts.Min(p => p.FirstSeenMs);

    /// <summary>Whether an event was applied before, whichever part it is in.</summary>
    /// <param name="messageHash">The hash of its message id.</param>
    /// <returns>True when it was.</returns>
    public bool HasSeen(UInt128 messageHash)
    {
        if (Own.Seen.Contains(messageHash)) return true;
        if (_otherParts is null) return false;
        foreach (var part in _otherParts.Values)
        {
            if (part.Seen.Contains(messageHash)) return true;
        }

        return false;
    }

    /// <summary>Whether some of an event's traits will be left out, see <see cref="ProfilePart.MaxTraits"/>.</summary>
    /// <param name="e">The event.</param>
    /// <returns>True when they will.</returns>
    public bool LeavesOutTraits(CustomerEvent e) => !e.Traits.IsEmpty && PartFor(e, out _).LeavesOutAny(e.Traits.Span, e.TraitRules);

    /// <summary>Whether this refusal is one of the latest that the stream records.</summary>
    /// <param name="identifier">The identifier refused.</param>
    /// <param name="code">Why.</param>
    /// <returns>True when it need not be recorded again.</returns>
    public bool Remembers(Identifier identifier, string code) => _refusals?.Contains((identifier, code)) == true;

    /// <summary>The message ids that came in by an identifier: they go along when it moves.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <returns>The entries, oldest first.</returns>
    public IReadOnlyList<MessageWindow.Entry> SeenBy(Identifier identifier) =>
        [.. Parts.SelectMany(p => p.Seen.Entries).Where(e => e.Anchor == identifier).OrderBy(e => e.ReceivedAtMs).ThenBy(e => e.Hash)];
}
