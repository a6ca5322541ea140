using Cdp.Core.Identity;

namespace Cdp.Core.Diagnosis;

/// <summary>What to look for.</summary>
/// <param name="Limit">At most so many findings of a kind, the worst first. At least 1.</param>
/// <param name="AtLeast">So many profiles that a value was seen in, profiles that one absorbed, or values of one person type make a finding. At least 2.</param>
/// <param name="Budget">How long to read.</param>
public sealed record DoctorOptions(int Limit, int AtLeast, TimeSpan Budget);

/// <summary>A profile that owns nearly as many identifiers as it may, or more.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Type">The type; null for all types together.</param>
/// <param name="Identifiers">How many it owns.</param>
/// <param name="Limit">How many it may own.</param>
public sealed record NearLimit(CustomerId Profile, string? Type, int Identifiers, int Limit);

/// <summary>A value that ties many profiles together.</summary>
/// <param name="Identifier">The identifier: personal data.</param>
/// <param name="Profiles">How many profiles owned, gained, lost or were refused it, absorbed ones included.</param>
/// <param name="Moved">How often it moved from one to another.</param>
/// <param name="Refused">How often a profile was refused it.</param>
/// <param name="Shared">How often a profile joined those who share it.</param>
public sealed record JoiningValue(Identifier Identifier, int Profiles, int Moved, int Refused, int Shared);

/// <summary>A profile that absorbed many.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Absorbed">How many, transitively.</param>
public sealed record ManyMerges(CustomerId Profile, int Absorbed);

/// <summary>A profile with many values of one person type.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Type">The type.</param>
/// <param name="Identifiers">How many.</param>
public sealed record ManyPersons(CustomerId Profile, string Type, int Identifiers);

/// <summary>Findings of one kind.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Worst">The worst of them.</param>
/// <typeparam name="T">The kind.</typeparam>
public sealed record Findings<T>(int Count, IReadOnlyList<T> Worst);

/// <summary>What was found.</summary>
/// <param name="Incomplete">What could not be looked at to its end, for want of time or memory: <c>identifiers</c>, <c>decisions</c>. Empty when all was.</param>
/// <param name="IdentifiersRead">Identifiers that were read at least once.</param>
/// <param name="DecisionsRead">Records of decisions that were read at least once.</param>
/// <param name="NearLimits">Profiles at 80 % of a limit or above, and at 2 identifiers or above.</param>
/// <param name="JoiningValues">Values that tie many profiles together.</param>
/// <param name="ManyMerges">Profiles that absorbed many. <see cref="Findings{T}.Count"/> counts those that absorbed so many themselves.</param>
/// <param name="ManyPersons">Profiles with many values of one person type.</param>
public sealed record DoctorReport(
    IReadOnlyList<string> Incomplete,
    long IdentifiersRead,
    long DecisionsRead,
    Findings<NearLimit> NearLimits,
    Findings<JoiningValue> JoiningValues,
    Findings<ManyMerges> ManyMerges,
    Findings<ManyPersons> ManyPersons);
