using System.Text.Json;

namespace Cdp.Standalone.Tests.Sdk.Support;

/// <summary>What the drivers send (<c>tests/sdk/lib/journey.mjs</c>) and what the profile must be after it.</summary>
internal static class Journey
{
    public const string User = "user_id:user-1842";
    public const string Email = "email:ada.lovelace@example.com";
    public const int Events = 8;

    public static readonly JsonElement Traits = JsonElement.Parse("""
        {"email":"Ada.Lovelace@Example.com","firstName":"Ada","plan":"pro","age":36,"newsletter":true,
         "address":{"city":"Oslo","postalCode":"0150","geo":{"lat":59.91,"lon":10.75}},"tags":["vip","beta"]}
        """);

    public static string Anonymous(DriverReport report) => "anonymous_id:" + report.AnonymousId;

    /// <summary>Every event of the run is in the timeline, once, and nothing else is; the counter says the same; nothing was rejected.</summary>
    public static async Task AssertEverythingOnceAsync(Workspace workspace, DriverReport report)
    {
        Assert.Equal(Events, report.Sent.Count);
        Assert.Empty(await workspace.RejectsAsync());
        var timeline = await workspace.TimelineAsync(User);
        Assert.Equal(
            report.Sent.Select(s => s.MessageId).Order(StringComparer.Ordinal),
            timeline.Select(e => e.GetProperty("messageId").GetString()!).Order(StringComparer.Ordinal));
        var profile = await workspace.ProfileAsync(User);
        Assert.Equal(Events, profile.GetProperty("computed").GetProperty("eventCount").GetInt32());
    }

    public static IEnumerable<string> Identifiers(JsonElement of) =>
        of.GetProperty("identifiers").EnumerateArray().Select(i => $"{i.GetProperty("type").GetString()}:{i.GetProperty("value").GetString()}");

    public static Dictionary<string, int> Counts(JsonElement profile) =>
        profile.GetProperty("computed").GetProperty("events").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetInt32());
}
