using Cdp.Core.Audiences.Consent;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Profiles;

/// <summary>
/// What the events that came in by one stream's identifiers add up to. A customer has one part of its own and one of each customer that it absorbed;
/// readers see them combined, and an unmerge takes one out (design.md section 4).
/// </summary>
public sealed partial class ProfilePart(CustomerId stream)
{
    /// <summary>Devices kept per part; the most recently seen ones.</summary>
    public const int MaxDevices = 50;

    /// <summary>IP addresses kept per part; the most recently seen ones.</summary>
    public const int MaxIps = 20;

    /// <summary>
    /// Trait names kept per part, removed ones included (the cap that Segment documents), and as many under rules other than <c>latest</c>; further names are left out.
    /// </summary>
    public const int MaxTraits = 6_000;

    /// <summary>Event names counted per part; events of further names count in <see cref="EventCount"/> alone.</summary>
    public const int MaxEventNames = 1_000;

    /// <summary>The stream whose part this is.</summary>
    public CustomerId Stream { get; } = stream;

    /// <summary>How many records were folded in: of two copies of one part, the one with more contains the other.</summary>
    public long Folded { get; internal set; }

    /// <summary>
    /// The latest writes that no rule but <c>latest</c> judged, by trait; a removed one keeps its register, so that an older write cannot bring it back.
    /// </summary>
    public NameMap<Register<byte[]?>> Traits { get; } = new();

    /// <summary>Whether an identify or alias named a user, see <see cref="CustomerEvent.NamesUser"/>.</summary>
    public bool IsIdentified { get; internal set; }

    /// <summary>What other rules judged, by trait; null where none did, which is nearly everywhere.</summary>
    public NameMap<TraitAggregate>? Aggregates { get; internal set; }

    /// <summary>What events have said of consent; null where none did.</summary>
    public ConsentRegister? Consent { get; internal set; }

    /// <summary>Events folded in.</summary>
    public long EventCount { get; internal set; }

    /// <summary>Events folded in, by name (by type for those without a name).</summary>
    public NameMap<long> Events { get; } = new();

    /// <summary>Unix milliseconds of the earliest event; <see cref="long.MaxValue"/> before the first one.</summary>
    public long FirstSeenMs { get; internal set; } = long.MaxValue;

    /// <summary>Unix milliseconds of the latest event; <see cref="long.MinValue"/> before the first one.</summary>
    public long LastSeenMs { get; internal set; } = long.MinValue;

    /// <summary>The earliest marketing touch.</summary>
    public Register<Touch>? FirstTouch { get; internal set; }

    /// <summary>The latest marketing touch.</summary>
    public Register<Touch>? LastTouch { get; internal set; }

    /// <summary>The latest page.</summary>
    public Register<PageView>? LastPage { get; internal set; }

    /// <summary>Devices and browsers seen: evidence.</summary>
    public LatestSet<DeviceInfo>? Devices { get; internal set; }

    /// <summary>Addresses seen: evidence.</summary>
    public LatestSet<string>? Ips { get; internal set; }

    /// <summary>Message ids applied.</summary>
    public MessageWindow Seen { get; } = new();
}
