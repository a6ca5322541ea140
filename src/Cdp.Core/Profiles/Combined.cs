using System.Collections.Frozen;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Profiles;

/// <summary>
/// The parts of a profile as readers see them: traits are resolved by their rules (last-writer registers unless told otherwise), touches are last-writer registers, counters add, sets are unions, first and last are
/// minimum and maximum (design.md section 4). The order of the parts makes no difference.
/// </summary>
public sealed class Combined
{
    /// <summary>Traits by name as their rules resolve them, with the stream of the part that holds the deciding write; removed ones included.</summary>
    public required NameMap<(Register<byte[]?> Register, CustomerId Stream)> Traits { get; init; }

    /// <summary>The rules that the traits are shown by, where it is not <c>latest</c>.</summary>
    public required IReadOnlyDictionary<string, TraitResolve> Resolved { get; init; }

    /// <summary>Events by name.</summary>
    public required NameMap<long> Events { get; init; }

    /// <summary>Events in all.</summary>
    public required long EventCount { get; init; }

    /// <summary>Unix milliseconds of the earliest event; <see cref="long.MaxValue"/> when there is none.</summary>
    public required long FirstSeenMs { get; init; }

    /// <summary>Unix milliseconds of the latest event; <see cref="long.MinValue"/> when there is none.</summary>
    public required long LastSeenMs { get; init; }

    /// <summary>The earliest marketing touch.</summary>
    public Register<Touch>? FirstTouch { get; init; }

    /// <summary>The latest marketing touch.</summary>
    public Register<Touch>? LastTouch { get; init; }

    /// <summary>The latest page.</summary>
    public Register<PageView>? LastPage { get; init; }

    /// <summary>Devices, latest first.</summary>
    public required LatestSet<DeviceInfo> Devices { get; init; }

    /// <summary>Addresses, latest first.</summary>
    public required LatestSet<string> Ips { get; init; }

    /// <summary>Combines parts.</summary>
    /// <param name="parts">At least one; no stream twice.</param>
    /// <returns>What readers see.</returns>
    public static Combined Of(IReadOnlyCollection<ProfilePart> parts)
    {
        var traits = new NameMap<(Register<byte[]?> Register, CustomerId Stream)>();
        var events = new NameMap<long>();
        var devices = new LatestSet<DeviceInfo>(ProfilePart.MaxDevices);
        var ips = new LatestSet<string>(ProfilePart.MaxIps);
        Dictionary<string, List<(TraitAggregate, CustomerId)>>? aggregates = null;
        Register<Touch>? first = null, last = null;
        Register<PageView>? page = null;
        foreach (var part in InOrder(parts))
        {
            foreach (var (name, register) in part.Traits)
            {
                ref var best = ref traits.ValueRefOrAddDefault(name, out var exists);
                if (!exists || GoesBefore(part, register, best, parts)) best = (register, part.Stream);
            }

            if (part.Aggregates is { } judged) Gather(aggregates ??= new(StringComparer.Ordinal), judged, part.Stream);

            foreach (var (name, count) in part.Events) events.ValueRefOrAddDefault(name, out _) += count;
            if (part.Devices is { } d) devices = LatestSet<DeviceInfo>.Union(devices, d);
            if (part.Ips is { } i) ips = LatestSet<string>.Union(ips, i);
            first = Register<Touch>.Earliest(first, part.FirstTouch);
            last = Register<Touch>.Latest(last, part.LastTouch);
            page = Register<PageView>.Latest(page, part.LastPage);
        }

        return new Combined
        {
            Traits = traits,
            Resolved = aggregates is null ? FrozenDictionary<string, TraitResolve>.Empty : Resolve(traits, aggregates),
            Events = events,
            EventCount = parts.Sum(p => p.EventCount),
            FirstSeenMs = parts.Min(p => p.FirstSeenMs),
            LastSeenMs = parts.Max(p => p.LastSeenMs),
            FirstTouch = first,
            LastTouch = last,
            LastPage = page,
            Devices = devices,
            Ips = ips,
        };
    }

    /// <summary>
    /// Joins two sets of parts: of two copies of one part, the one that has folded in more, which contains the other. Commutative, associative and
    /// idempotent, so that merging twice changes nothing.
    /// </summary>
    /// <param name="left">One set, by stream.</param>
    /// <param name="right">The other.</param>
    /// <returns>A new set.</returns>
    public static IReadOnlyDictionary<CustomerId, ProfilePart> Join(
        IReadOnlyDictionary<CustomerId, ProfilePart> left, IReadOnlyDictionary<CustomerId, ProfilePart> right)
    {
        var joined = new Dictionary<CustomerId, ProfilePart>(left);
        foreach (var (stream, part) in right)
        {
            if (!joined.TryGetValue(stream, out var other) || part.Folded > other.Folded) joined[stream] = part;
        }

        return joined;
    }

    private static void Gather(Dictionary<string, List<(TraitAggregate, CustomerId)>> aggregates, NameMap<TraitAggregate> judged, CustomerId stream)
    {
        foreach (var (name, aggregate) in judged)
        {
            if (!aggregates.TryGetValue(name, out var all)) aggregates.Add(name, all = []);
            all.Add((aggregate, stream));
        }
    }

    private static Dictionary<string, TraitResolve> Resolve(
        NameMap<(Register<byte[]?> Register, CustomerId Stream)> traits, Dictionary<string, List<(TraitAggregate, CustomerId)>> aggregates)
    {
        var resolved = new Dictionary<string, TraitResolve>(StringComparer.Ordinal);
        foreach (var (name, all) in aggregates)
        {
            ref var shown = ref traits.ValueRefOrAddDefault(name, out var exists);
            var trait = TraitResolution.Of(exists ? shown : null, all);
            shown = (trait.Register, trait.Stream);
            if (trait.Resolve != TraitResolve.Latest) resolved.Add(name, trait.Resolve);
        }

        return resolved;
    }

    private static bool GoesBefore(
        ProfilePart part, Register<byte[]?> register, (Register<byte[]?> Register, CustomerId Stream) best, IReadOnlyCollection<ProfilePart> parts)
    {
        var byTime = register.Origin > best.Register.Origin;
        var rival = parts.First(p => p.Stream == best.Stream);
        if (part.Yields.Count == 0 && rival.Yields.Count == 0) return byTime;
        var (yields, rivals) = (part.YieldsOf(register.Origin.OrderMs, parts), rival.YieldsOf(best.Register.Origin.OrderMs, parts));
        return yields == rivals ? byTime : yields < rivals;
    }

    // One message id can have reached two customers before they merged: then the stream decides, and not which of them came first.
    private static IReadOnlyCollection<ProfilePart> InOrder(IReadOnlyCollection<ProfilePart> parts) =>
        parts.Count == 1 ? parts : [.. parts.OrderBy(p => p.Stream)];
}
