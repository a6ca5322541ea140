using System.Text.Json;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Events;

namespace Cdp.Core.Audiences.Membership;

/// <summary>Which events change memberships without triggering anything.</summary>
public static class Lateness
{
    /// <summary>An event that arrives later than this after it happened is history.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly JsonPath Marker = JsonPath.Of("historical");

    /// <summary>Whether an event is history: it came too late, or carries <c>context.historical</c> true, as imports and backfills do.</summary>
    /// <param name="e">The event.</param>
    /// <returns>True when its changes must trigger nothing.</returns>
    public static bool IsHistorical(CustomerEvent e) =>
        e.ReceivedAtMs - e.TimeMs > (long)Limit.TotalMilliseconds || Marker.FindIn(e.Context.Span).Kind == JsonTokenType.True;
}
