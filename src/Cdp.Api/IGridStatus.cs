namespace Cdp.Api;

/// <summary>What the grid consists of now. Every host has one.</summary>
public interface IGridStatus
{
    /// <summary>Asks every member.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The members, in order of their address. What a member that does not answer would say is null.</returns>
    ValueTask<IReadOnlyList<GridMember>> ReadAsync(CancellationToken cancellationToken = default);
}

/// <summary>One member of the grid.</summary>
/// <param name="Address">Its address inside the cluster.</param>
/// <param name="Host">Its machine's name.</param>
/// <param name="Status">Where it stands in its life, such as <c>joining</c>, <c>active</c>, <c>shuttingdown</c> or <c>dead</c>.</param>
/// <param name="Self">True for the member that answers.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Version">Its release; null when it did not answer.</param>
/// <param name="Customers">Customers in its memory; null when it did not answer.</param>
/// <param name="Identifiers">Identifiers in its memory; null when it did not answer.</param>
public sealed record GridMember(
    string Address, string Host, string Status, bool Self, DateTimeOffset StartedAt, string? Version, int? Customers, int? Identifiers);
