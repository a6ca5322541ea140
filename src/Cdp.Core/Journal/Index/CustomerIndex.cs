using Cdp.Core.Identity;

namespace Cdp.Core.Journal.Index;

/// <summary>An audience that a customer is in.</summary>
/// <param name="Audience">The audience's id.</param>
/// <param name="SinceMs">Unix milliseconds of the entry.</param>
public readonly record struct IndexedMembership(string Audience, long SinceMs);

/// <summary>
/// All audiences that a customer is in as of the unit, and when it has to be looked at again. The store compares it with what it has, so that an index that
/// was wrong for whatever reason is right afterwards. A stream that ends loses its rows without being told.
/// </summary>
/// <param name="Stream">The customer.</param>
/// <param name="Memberships">Every audience it is in; none twice.</param>
/// <param name="DueAtMs">Unix milliseconds at which something can change by time alone; null when nothing can.</param>
/// <param name="AtMs">Unix milliseconds of the change: the hour of the sizes' history that it counts to.</param>
public sealed record CustomerIndex(CustomerId Stream, IReadOnlyList<IndexedMembership> Memberships, long? DueAtMs, long AtMs);

/// <summary>Asks for a customer to be looked at, at the latest at a moment: an earlier one that is stored already stays.</summary>
/// <param name="Stream">The customer.</param>
/// <param name="AtMs">Unix milliseconds.</param>
public readonly record struct Wake(CustomerId Stream, long AtMs);

/// <summary>A customer whose time has come.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Stream">The customer.</param>
/// <param name="AtMs">Unix milliseconds at which it was due; to be given back with <see cref="IGridIndex.RescheduleAsync"/>.</param>
/// <param name="Version">The stream's last version: whoever is behind it does not know the customer.</param>
public readonly record struct DueCustomer(string Workspace, CustomerId Stream, long AtMs, long Version);

/// <summary>How many are in an audience.</summary>
/// <param name="Audience">The audience's id.</param>
/// <param name="Members">The number of members.</param>
public readonly record struct AudienceSize(string Audience, long Members);

/// <summary>How many were in an audience at the end of an hour.</summary>
/// <param name="HourMs">Unix milliseconds of the hour's beginning.</param>
/// <param name="Members">The number of members at its end, or now for the hour that runs.</param>
public readonly record struct SizeInHour(long HourMs, long Members);

/// <summary>A member of an audience.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="SinceMs">Unix milliseconds of the entry.</param>
public readonly record struct Member(CustomerId Customer, long SinceMs);

/// <summary>How far a piece of background work has come.</summary>
/// <param name="Revision">Rises by one with each write, from 1.</param>
/// <param name="Body">UTF-8 JSON. The caller's to keep.</param>
public sealed record Progress(long Revision, ReadOnlyMemory<byte> Body);

/// <summary>How many customers are in exactly one combination of the audiences asked for.</summary>
/// <param name="Audiences">Bit i is set for the i-th audience asked for; never 0.</param>
/// <param name="Customers">The number of customers.</param>
public readonly record struct OverlapCount(int Audiences, long Customers);
