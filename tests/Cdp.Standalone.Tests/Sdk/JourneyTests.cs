using System.Text.Json;
using Cdp.Standalone.Tests.Sdk.Support;

namespace Cdp.Standalone.Tests.Sdk;

/// <summary>What must be true of a profile whatever SDK its events came by. Once for Node.js, once for browsers: they need different tools.</summary>
public abstract class JourneyTests(SdkServer server)
{
    private protected Task<SdkRun> RunAsync(string driver) => server.RunAsync(driver);

    private protected async Task<JsonElement> ProfileAsync(string driver) => await (await RunAsync(driver)).Workspace.ProfileAsync(Journey.User);

    private protected async Task AssertEverythingArrivedOnceAsync(string driver)
    {
        var (report, workspace) = await RunAsync(driver);
        await Journey.AssertEverythingOnceAsync(workspace, report);
    }

    private protected async Task AssertVisitorAndCustomerAreOneAsync(string driver)
    {
        var (report, workspace) = await RunAsync(driver);
        var profile = await workspace.ProfileAsync(Journey.User);
        Assert.Equal([Journey.User, Journey.Email, Journey.Anonymous(report)], Journey.Identifiers(profile));
        Assert.True(profile.GetProperty("identified").GetBoolean());
        foreach (var reference in Journey.Identifiers(profile))
        {
            Assert.Equal(profile.GetProperty("id").GetString(), (await workspace.ProfileAsync(reference)).GetProperty("id").GetString());
        }
    }

    private protected async Task AssertTraitsAreAsGivenAsync(string driver)
    {
        var traits = (await ProfileAsync(driver)).GetProperty("traits");
        Assert.True(JsonElement.DeepEquals(Journey.Traits, traits), traits.GetRawText());
    }

    private protected async Task AssertGroupTraitsStayOutAsync(string driver)
    {
        var traits = (await ProfileAsync(driver)).GetProperty("traits");
        Assert.False(traits.TryGetProperty("employees", out _));
        Assert.False(traits.TryGetProperty("name", out _));
        Assert.Equal("pro", traits.GetProperty("plan").GetString());
    }

    private protected async Task AssertCountedByNameAsync(string driver, string firstPage, string cart)
    {
        var expected = new Dictionary<string, int>
        {
            [firstPage] = 1, ["Product Viewed"] = 1, ["identify"] = 1, ["alias"] = 1, ["Order Completed"] = 1, ["Checkout"] = 1, [cart] = 1, ["group"] = 1,
        };
        Assert.Equivalent(expected, Journey.Counts(await ProfileAsync(driver)), strict: true);
    }

    private protected async Task AssertLastPageAsync(string driver)
    {
        var (report, _) = await RunAsync(driver);
        var page = (await ProfileAsync(driver)).GetProperty("computed").GetProperty("lastPage");
        Assert.Equal((report.Page ?? "https://shop.example") + "/checkout?step=2", page.GetProperty("url").GetString());
        Assert.Equal("/checkout", page.GetProperty("path").GetString());
        Assert.Equal("Checkout", page.GetProperty("title").GetString());
    }

    private protected async Task AssertFirstTouchAsync(string driver)
    {
        var touch = (await ProfileAsync(driver)).GetProperty("computed").GetProperty("firstTouch");
        Assert.Equal("news", touch.GetProperty("source").GetString());
        Assert.Equal("email", touch.GetProperty("medium").GetString());
        Assert.Equal("spring", touch.GetProperty("campaign").GetString());
    }

    private protected async Task AssertTimelineIsNewestFirstAsync(string driver)
    {
        var (_, workspace) = await RunAsync(driver);
        var times = (await workspace.TimelineAsync(Journey.User)).Select(e => e.GetProperty("timestamp").GetDateTimeOffset()).ToList();
        Assert.Equal(times.OrderDescending(), times);
    }

    private protected async Task AssertSourceIsNamedAsync(string driver)
    {
        var (_, workspace) = await RunAsync(driver);
        Assert.All(await workspace.TimelineAsync(Journey.User), e => Assert.Equal(workspace.Source, e.GetProperty("source").GetString()));
        var profile = await workspace.ProfileAsync(Journey.User);
        Assert.All(profile.GetProperty("identifiers").EnumerateArray(), i => Assert.Equal(workspace.Source, i.GetProperty("source").GetString()));
    }

    private protected async Task AssertAnonymousEventsAreInTheHistoryAsync(string driver)
    {
        var (report, workspace) = await RunAsync(driver);
        var viewed = Assert.Single(await workspace.TimelineAsync(Journey.User), e => e.GetProperty("name").GetString() == "Product Viewed");
        Assert.Equal([Journey.Anonymous(report)], Journey.Identifiers(viewed));
        Assert.Equal(42.5, viewed.GetProperty("properties").GetProperty("price").GetDouble());
    }

    private protected async Task AssertNothingCalledHomeAsync(string driver)
    {
        var (report, _) = await RunAsync(driver);
        Assert.Empty(report.CalledHome);
    }
}
