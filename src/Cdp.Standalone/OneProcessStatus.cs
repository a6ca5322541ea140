using Cdp.Api;

namespace Cdp.Standalone;

/// <summary>The grid's members when there is one: this process.</summary>
/// <param name="time">The clock.</param>
/// <param name="active">Customers and identifiers in memory.</param>
internal sealed class OneProcessStatus(TimeProvider time, Func<(int Customers, int Identifiers)> active) : IGridStatus
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public ValueTask<IReadOnlyList<GridMember>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var (customers, identifiers) = active();
        return new([new GridMember("standalone", Environment.MachineName, "active", true, _startedAt, CdpApi.Version, customers, identifiers)]);
    }
}
