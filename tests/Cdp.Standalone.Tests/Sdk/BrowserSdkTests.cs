using Cdp.Standalone.Tests.Sdk.Support;

namespace Cdp.Standalone.Tests.Sdk;

/// <summary>The unmodified SDKs for browsers, in headless Chromium, on a page of another origin than the server.</summary>
[Collection(SdkCollection.Name)]
public sealed class BrowserSdkTests(SdkServer server) : JourneyTests(server)
{
    public static TheoryData<string> Drivers =>
        ["segment-next", "segment-next --batching", "segment-next --no-cdn", "segment-snippet", "rudder-js", "rudder-js --beacon"];

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task Every_event_arrives_once_and_none_is_rejected(string driver) => AssertEverythingArrivedOnceAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task The_anonymous_visitor_and_the_known_customer_are_one_profile(string driver) => AssertVisitorAndCustomerAreOneAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task Events_from_before_the_visitor_was_known_are_in_the_history(string driver) => AssertAnonymousEventsAreInTheHistoryAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task Traits_are_as_they_were_given_with_nested_objects_and_lists(string driver) => AssertTraitsAreAsGivenAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task Traits_of_a_group_do_not_become_the_persons(string driver) => AssertGroupTraitsStayOutAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task The_last_page_is_the_one_seen_last(string driver) => AssertLastPageAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task The_first_touch_is_the_campaign_of_the_landing_page(string driver) => AssertFirstTouchAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task The_timeline_is_newest_first(string driver) => AssertTimelineIsNewestFirstAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task Events_and_identifiers_name_the_source_of_the_write_key(string driver) => AssertSourceIsNamedAsync(driver);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public Task Nothing_is_sent_to_anyone_else(string driver) => AssertNothingCalledHomeAsync(driver);

    [BrowserTheory]
    [InlineData("segment-next", "Shop", "Cart")]
    [InlineData("segment-next --batching", "Shop", "Cart")]
    [InlineData("segment-next --no-cdn", "Shop", "Cart")]
    [InlineData("segment-snippet", "page", "Cart")]
    [InlineData("rudder-js", "Shop", "Cart Viewed")]
    [InlineData("rudder-js --beacon", "Shop", "Cart Viewed")]
    public Task Events_are_counted_by_name(string driver, string firstPage, string cart) => AssertCountedByNameAsync(driver, firstPage, cart);

    [BrowserTheory, MemberData(nameof(Drivers))]
    public async Task Nothing_is_reported_on_the_console_and_no_request_fails(string driver)
    {
        var (report, _) = await RunAsync(driver);
        Assert.Empty(report.Console);
        Assert.Empty(report.Failures!);
    }

    [BrowserTheory]
    [InlineData("segment-next", "/v1/i /v1/t /v1/p /v1/s /v1/g /v1/a")]
    [InlineData("segment-next --batching", "/v1/b")]
    [InlineData("segment-next --no-cdn", "/v1/i /v1/t /v1/p /v1/s /v1/g /v1/a")]
    [InlineData("segment-snippet", "/v1/i /v1/t /v1/p /v1/s /v1/g /v1/a")]
    [InlineData("rudder-js", "/sourceConfig/ /v1/identify /v1/track /v1/page /v1/group /v1/alias")]
    [InlineData("rudder-js --beacon", "/sourceConfig/")]
    public async Task Preflights_are_made_and_answered(string driver, string paths)
    {
        var (report, _) = await RunAsync(driver);
        Assert.All(report.Preflights!, p => Assert.Equal(204, p.Status));
        Assert.Equal(paths.Split(' ').Order(StringComparer.Ordinal), report.Preflights!.Select(p => p.Path.Split('?')[0]).Distinct().Order(StringComparer.Ordinal));
    }
}
