using Cdp.Core.Activation.State;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Membership;
using Cdp.Core.Geofences.Tracking;
using Cdp.Core.Identity;
using Cdp.Core.Journal;

namespace Cdp.Core.Profiles;

public sealed partial class CustomerState
{
    internal IReadOnlyCollection<(Identifier Identifier, string Code)> Refusals => _refusals is null ? [] : _refusals;

    /// <summary>Sets a fresh state to what a snapshot says.</summary>
    internal void Restore(
        long version,
        long updatedAtMs,
        CustomerStatus status,
        CustomerId? successor,
        IEnumerable<(CustomerId Stream, long LastVersion)> absorbed,
        IEnumerable<ProfilePart> parts,
        IEnumerable<Link> links,
        IEnumerable<(Identifier Identifier, string Code)> refusals,
        IEnumerable<CustomerId> neverMergeWith,
        IEnumerable<PartsJoined> joins)
    {
        (Version, UpdatedAtMs, Status, Successor) = (version, updatedAtMs, status, successor);
        foreach (var part in parts)
        {
            if (part.Stream == Id) Own = part;
            else (_otherParts ??= []).Add(part.Stream, part);
        }

        foreach (var merge in absorbed) (_absorbed ??= []).Add(merge);
        foreach (var link in links) _links.Add(link.Identifier, link);
        foreach (var refusal in refusals) (_refusals ??= new()).Enqueue(refusal);
        foreach (var join in joins) (_joins ??= []).Add(join);
        foreach (var customer in neverMergeWith) (_neverMergeWith ??= []).Add(customer);
    }

    private IReadOnlyList<JournalRow> _undecided = [];

    /// <summary>Events of the tail that was read, behind its last decision of triggers: whether triggers were asked about them is not known. Not part of the state.</summary>
    internal void RestoreUndecided(IReadOnlyList<JournalRow> rows) => _undecided = rows;

    /// <summary>The same, once: a state that lives on does not keep them.</summary>
    internal IReadOnlyList<JournalRow> TakeUndecided()
    {
        var rows = _undecided;
        _undecided = [];
        return rows;
    }

    internal void RestoreTrack(TrackState track, long trackedAt) => (Track, TrackedAt) = (track, trackedAt);

    internal void RestoreActivation(ActivationState activation) => Activation = activation;

    internal void RestoreMemberships(IReadOnlyList<Membership> memberships, string judgedBy) => (Memberships, JudgedBy) = (memberships, judgedBy);
}
