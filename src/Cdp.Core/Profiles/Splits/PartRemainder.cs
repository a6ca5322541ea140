using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Profiles.Splits;

/// <summary>What is left of a part when the events of some identifiers leave it: a fold of those that stay.</summary>
internal static class PartRemainder
{
    /// <summary>Makes the part anew.</summary>
    /// <param name="old">The part as it was.</param>
    /// <param name="staying">Its stored events that stay.</param>
    /// <param name="leaving">Its stored events that leave.</param>
    /// <param name="patches">Writes by the API into it; they stay.</param>
    /// <param name="gone">The identifiers that leave.</param>
    /// <returns>The part without them. What retention has removed from the store cannot be told apart and stays.</returns>
    public static ProfilePart Of(
        ProfilePart old,
        IReadOnlyCollection<PlacedEvent> staying,
        IReadOnlyCollection<PlacedEvent> leaving,
        IReadOnlyCollection<PatchedRecord> patches,
        IReadOnlySet<Identifier> gone)
    {
        var part = new ProfilePart(old.Stream);
        foreach (var placed in staying) part.Fold(placed.Event, placed.Anchor);
        foreach (var patch in patches) part.Patch(patch.Traits.Span, patch.Origin, patch.Rules);
        foreach (var (to, untilMs) in old.Yields) part.Yield(to, untilMs);
        if (old.Folded > staying.Count + leaving.Count + patches.Count) KeepWhatIsNotStored(part, old, staying, leaving, patches);
        part.Seen.Keep([.. old.Seen.Entries.Where(e => !gone.Contains(e.Anchor))]);
        return part;
    }

    private static void KeepWhatIsNotStored(
        ProfilePart part,
        ProfilePart old,
        IReadOnlyCollection<PlacedEvent> staying,
        IReadOnlyCollection<PlacedEvent> leaving,
        IReadOnlyCollection<PatchedRecord> patches)
    {
        HashSet<string> stored = [.. staying.Concat(leaving).Select(p => p.Event.MessageId), .. patches.Select(p => p.Origin.MessageId)];
        bool IsKept(Origin origin) => !stored.Contains(origin.MessageId);

        part.Folded = old.Folded - leaving.Count;
        part.IsIdentified |= old.IsIdentified;
        // A denial must not get lost, whoever it came from.
        part.Consent = old.Consent;
        part.EventCount = old.EventCount - leaving.Count;
        foreach (var (name, count) in old.Events) part.Events.ValueRefOrAddDefault(name, out _) = count;
        foreach (var placed in leaving) part.Events.ValueRefOrAddDefault(ProfilePart.NameOf(placed.Event), out _)--;
        foreach (var (name, register) in old.Traits)
        {
            if (!IsKept(register.Origin)) continue;
            ref var now = ref part.Traits.ValueRefOrAddDefault(name, out var exists);
            if (!exists || register.Origin > now.Origin) now = register;
        }

        TraitRemainder.Keep(part, old, leaving.Select(static p => p.Event), IsKept);
        if (old.FirstTouch is { } first && IsKept(first.Origin)) part.FirstTouch = Register<Events.Touch>.Earliest(part.FirstTouch, first);
        if (old.LastTouch is { } last && IsKept(last.Origin)) part.LastTouch = Register<Events.Touch>.Latest(part.LastTouch, last);
        if (old.LastPage is { } page && IsKept(page.Origin)) part.LastPage = Register<Events.PageView>.Latest(part.LastPage, page);
        // When the first or the last event is one that leaves, the next one may be one that is not stored: then its time is not known.
        if (old.EventCount > leaving.Count && leaving.All(p => p.Event.OrderMs > old.FirstSeenMs)) part.FirstSeenMs = old.FirstSeenMs;
        if (old.EventCount > leaving.Count && leaving.All(p => p.Event.OrderMs < old.LastSeenMs)) part.LastSeenMs = old.LastSeenMs;
        if (old.Devices is { } devices) part.Devices = part.Devices is { } d ? LatestSet<Events.DeviceInfo>.Union(d, devices) : devices;
        if (old.Ips is { } ips) part.Ips = part.Ips is { } i ? LatestSet<string>.Union(i, ips) : ips;
    }
}
