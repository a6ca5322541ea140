using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;
using Cdp.Testing.Engine;

namespace Cdp.Grains.Tests.Support;

internal static class GridExtensions
{
    private static readonly TestEvents s_events = new(() => IdentityRules.Default, () => TestEvents.Start.AddDays(1).ToUnixTimeMilliseconds());

    public static CustomerEvent Event(string json, double atSeconds = 0, string? messageId = null) => s_events.Of(json, atSeconds, null, messageId);

    public static async Task<EventOutcome> SendAsync(this IGrid grid, string json, double atSeconds = 0, string? messageId = null) =>
        (await grid.IngestAsync(TestEvents.Workspace, [Event(json, atSeconds, messageId)]))[0];

    public static async Task<CustomerId> CreateAsync(this IGrid grid, string json, double atSeconds = 0)
    {
        var outcome = await grid.SendAsync(json, atSeconds);
        Assert.Equal(EventStatus.Applied, outcome.Status);
        return outcome.Profile!.Value;
    }

    public static ValueTask<ProfileView?> ReadAsync(this IGrid grid, string type, string value) =>
        grid.GetAsync(TestEvents.Workspace, new(null, new Identifier(type, value)));

    public static ValueTask<ProfileView?> ReadAsync(this IGrid grid, CustomerId id) => grid.GetAsync(TestEvents.Workspace, new(id, null));

    public static long EventCount(this ProfileView? view) =>
        JsonDocument.Parse(view!.Json).RootElement.GetProperty("computed").GetProperty("eventCount").GetInt64();
}
