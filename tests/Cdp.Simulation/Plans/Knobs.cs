using System.Collections.Frozen;
using Cdp.Core.Audiences;
using Cdp.Core.Geofences;
using Cdp.Core.Identity;

namespace Cdp.Simulation.Plans;

/// <summary>Which identity policy a world runs.</summary>
internal enum PolicyKind
{
    /// <summary>No limits: whatever shares an identifier is one. The final partition is that of a union-find.</summary>
    Plain,

    /// <summary>The policy <c>default</c>.</summary>
    Default,

    /// <summary>Limits of one or two of everything, so that moves and refusals happen all the time.</summary>
    Tight,

    /// <summary>Devices of two users go to a third profile, as under <c>snowplow</c>, with limits of one or two.</summary>
    Share,

    /// <summary>Profiles of few identifiers, where the oldest or the weakest make room.</summary>
    Evict,

    /// <summary>Identifiers that are free again after seconds.</summary>
    Expire,

    /// <summary>
    /// Identified customers do not merge, the target survives, e-mail demands trust, devices do not join two persons, and some identifiers are barred
    /// from or linked to each other by hand.
    /// </summary>
    Careful,

    /// <summary>Shares, evictions and expiries in one world.</summary>
    Mixed,
}

/// <summary>Which kinds of faults a world has.</summary>
[Flags]
internal enum FaultKinds
{
    None = 0,

    /// <summary>Messages between silos are dropped or doubled.</summary>
    Messages = 1,

    /// <summary>Commits are refused or of unknown outcome, reads fail, queues are full.</summary>
    Store = 2,

    /// <summary>Actors leave memory or are lost in the middle of a turn; silos die; everything restarts.</summary>
    Losses = 4,

    /// <summary>Silos are split from the others, or a route is wrong: one actor has several activations.</summary>
    Duplicates = 8,

    /// <summary>The clock jumps past hold and call time-outs.</summary>
    Clock = 16,

    /// <summary>Identifiers remember owners that are long wrong.</summary>
    StaleHints = 32,

    All = 63,
}

/// <summary>How the store deceives everybody, for the tests of the simulator itself.</summary>
internal enum Lie
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Now and then it says that it committed, and did nothing.</summary>
    AcknowledgesWithoutDoing,

    /// <summary>It appends whatever the expected version is.</summary>
    IgnoresVersions,

    /// <summary>It changes owners whatever the expected epoch is.</summary>
    IgnoresEpochs,

    /// <summary>Of a unit over several streams it commits the first alone.</summary>
    KeepsHalfOfAUnit,
}

/// <summary>The size and the weather of one simulated world.</summary>
internal sealed record Knobs
{
    private static readonly IdentityRules PlainRules = new()
    {
        MaxIdentifiersPerProfile = int.MaxValue,
        Types = IdentityRules.Default.Types.Values.Select(t => t with { MaxPerProfile = int.MaxValue }).ToFrozenDictionary(t => t.Name),
        Other = IdentityRules.Default.Other with { MaxPerProfile = int.MaxValue },
    };

    private static readonly IdentityRules TightRules = new()
    {
        MaxIdentifiersPerProfile = 6,
        Types = IdentityRules.Default.Types.Values
            .Select(t => t with { MaxPerProfile = t.Priority <= 2 ? 1 : 2 }).ToFrozenDictionary(t => t.Name),
        Other = IdentityRules.Default.Other with { MaxPerProfile = 1 },
    };

    private static readonly IdentityRules ShareRules = TightRules with
    {
        Types = TightRules.Types.Values
            .Select(t => t.Class == IdentifierClass.Device ? t with { OnConflict = ConflictRule.Share, OnConflictTrusted = ConflictRule.Share } : t)
            .ToFrozenDictionary(t => t.Name),
    };

    private static readonly IdentityRules EvictRules = new()
    {
        MaxIdentifiersPerProfile = 3,
        OnFullProfile = FullProfileRule.EvictByClass,
        Types = IdentityRules.Default.Types.Values
            .Select(t => t.Name == "email" ? t with { MaxPerProfile = 1, OnLimit = LimitRule.EvictOldest } : t).ToFrozenDictionary(t => t.Name),
    };

    private static readonly IdentityRules ExpireRules = TightRules with
    {
        Types = TightRules.Types.Values
            .Select(t => t with { Ttl = t.Name == "user_id" ? null : TimeSpan.FromSeconds(8), Window = t.Name == "email" ? new(1, TimeSpan.FromSeconds(30)) : null })
            .ToFrozenDictionary(t => t.Name),
    };

    private static readonly IdentityRules CarefulRules = new()
    {
        Survivor = SurvivorRule.Target,
        MergeIdentified = false,
        MaxIdentifiersPerMerge = 2,
        NeverMerge = new([(new("email", "e1@example.test"), new("user_id", "u2")), (new("anonymous_id", "a2"), new("crm_id", "c1"))]),
        Links = new([(new("user_id", "u1"), new("loyalty", "l1")), (new("loyalty", "l1"), new("email", "e2@example.test"))]),
        Types = IdentityRules.Default.Types.Values
            .Select(t => t.Class == IdentifierClass.Device ? t with { Bridge = BridgeRule.UnlessPersonsDiffer } : t with { RequireTrusted = t.Name == "email" })
            .ToFrozenDictionary(t => t.Name),
    };

    private static readonly IdentityRules MixedRules = ShareRules with
    {
        MaxIdentifiersPerProfile = 4,
        OnFullProfile = FullProfileRule.EvictOldest,
        Survivor = SurvivorRule.Target,
        Types = ShareRules.Types.Values
            .Select(t => t.Name == "user_id" ? t : t with { Ttl = TimeSpan.FromSeconds(6), RequireTrusted = t.Name == "email", OnLimit = LimitRule.EvictOldest })
            .ToFrozenDictionary(t => t.Name),
    };

    public int Silos { get; init; } = 3;

    public int Clients { get; init; } = 3;

    public int Operations { get; init; } = 12;

    public int Steps { get; init; } = 200;

    public PolicyKind Policy { get; init; }

    public FaultKinds Faults { get; init; } = FaultKinds.All;

    /// <summary>Of a thousand steps, so many bring a fault.</summary>
    public int FaultsPerThousand { get; init; } = 60;

    /// <summary>Different values of each identifier type: the fewer, the more collisions.</summary>
    public int ValuesPerType { get; init; } = 3;

    public bool Erases { get; init; }

    /// <summary>Whether people merge and split profiles.</summary>
    public bool Splits { get; init; }

    /// <summary>Whether customers enter and leave audiences.</summary>
    public bool HasAudiences { get; init; }

    /// <summary>From here on a customer's records are worth a snapshot.</summary>
    public int SnapshotTailBytes { get; init; } = 600;

    public Lie Lie { get; init; }

    /// <summary>Whether devices move in and out of fences.</summary>
    public bool HasFences { get; init; }

    public FencesInForce Fences => HasFences ? Defined.Fences : FencesInForce.None;

    public AudiencesInForce Audiences => HasAudiences ? Defined.Audiences : AudiencesInForce.None;

    public IdentityRules Rules => Policy switch
    {
        PolicyKind.Plain => PlainRules,
        PolicyKind.Tight => TightRules,
        PolicyKind.Share => ShareRules,
        PolicyKind.Evict => EvictRules,
        PolicyKind.Expire => ExpireRules,
        PolicyKind.Careful => CarefulRules,
        PolicyKind.Mixed => MixedRules,
        _ => IdentityRules.Default,
    };

    /// <summary>The same world with people who merge and split profiles all the time.</summary>
    public Knobs WithManySplits() => this with
    {
        Policy = Policy == PolicyKind.Plain ? PolicyKind.Default : Policy,
        Splits = true,
        Operations = 24,
        ValuesPerType = 2,
    };

    /// <summary>The same world with devices that move in and out of fences, and triggers that wait for them.</summary>
    public Knobs WithManyVisits() => this with { HasAudiences = true, HasFences = true, Operations = 24, ValuesPerType = 2 };

    /// <summary>Draws a world's knobs: each is small, large or off often enough for all pairs of them to meet.</summary>
    public static Knobs Draw(Random random)
    {
        var policy = random.Next(11) switch
        {
            < 3 => PolicyKind.Plain,
            3 => PolicyKind.Default,
            4 => PolicyKind.Tight,
            5 or 6 => PolicyKind.Share,
            7 => PolicyKind.Evict,
            8 => PolicyKind.Expire,
            9 => PolicyKind.Mixed,
            _ => PolicyKind.Careful,
        };
        var faults = FaultKinds.None;
        for (var kind = 1; kind < (int)FaultKinds.All; kind <<= 1)
        {
            if (random.Next(5) < 3) faults |= (FaultKinds)kind;
        }

        // In a world of one kind of fault that kind strikes often enough to strike twice in the right places.
        if (random.Next(3) == 0) faults = (FaultKinds)(1 << random.Next(6));
        return new Knobs
        {
            Silos = 1 + random.Next(3),
            Clients = 1 + random.Next(4),
            Operations = 6 + random.Next(12),
            Policy = policy,
            Faults = faults,
            FaultsPerThousand = random.Next(5) switch { 0 => 0, 1 => 20, 2 => 50, 3 => 100, _ => 200 },
            ValuesPerType = 2 + random.Next(4),
            Erases = policy != PolicyKind.Plain && random.Next(3) == 0,
            SnapshotTailBytes = random.Next(3) switch { 0 => 300, 1 => 1_200, _ => 64 * 1024 },
            Splits = policy != PolicyKind.Plain && random.Next(2) == 0,
            HasAudiences = random.Next(3) == 0,
            HasFences = random.Next(3) == 0,
        };
    }
}
