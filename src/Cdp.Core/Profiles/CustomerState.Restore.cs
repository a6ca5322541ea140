using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

public sealed partial class CustomerState
{
    internal IReadOnlyCollection<(Identifier Identifier, string Code)> Refusals => _refusals;

    /// <summary>Sets a fresh state to what a snapshot says.</summary>
    internal void Restore(
        long version,
        long updatedAtMs,
        CustomerStatus status,
        CustomerId? successor,
        IEnumerable<(CustomerId Stream, long LastVersion)> absorbed,
        IEnumerable<ProfilePart> parts,
        IEnumerable<Link> links,
        IEnumerable<(Identifier Identifier, string Code)> refusals)
    {
        (Version, UpdatedAtMs, Status, Successor) = (version, updatedAtMs, status, successor);
        _absorbed.AddRange(absorbed);
        foreach (var part in parts)
        {
            _parts[part.Stream] = part;
            if (part.Stream == Id) Own = part;
        }

        foreach (var link in links) Add(link);
        foreach (var refusal in refusals) _refusals.Enqueue(refusal);
    }
}
