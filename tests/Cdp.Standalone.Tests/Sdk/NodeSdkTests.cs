using Cdp.Standalone.Tests.Sdk.Support;

namespace Cdp.Standalone.Tests.Sdk;

/// <summary>The unmodified SDKs for Node.js of Segment, new and old, and of RudderStack (which sends gzip).</summary>
[Collection(SdkCollection.Name)]
public sealed class NodeSdkTests(SdkServer server) : JourneyTests(server)
{
    public static TheoryData<string> Drivers => ["segment-node", "segment-node-legacy", "rudder-node"];

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task Every_event_arrives_once_and_none_is_rejected(string driver) => AssertEverythingArrivedOnceAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task The_anonymous_visitor_and_the_known_customer_are_one_profile(string driver) => AssertVisitorAndCustomerAreOneAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task Events_from_before_the_visitor_was_known_are_in_the_history(string driver) => AssertAnonymousEventsAreInTheHistoryAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task Traits_are_as_they_were_given_with_nested_objects_and_lists(string driver) => AssertTraitsAreAsGivenAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task Traits_of_a_group_do_not_become_the_persons(string driver) => AssertGroupTraitsStayOutAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task The_last_page_is_the_one_seen_last(string driver) => AssertLastPageAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task The_first_touch_is_the_campaign_of_the_landing_page(string driver) => AssertFirstTouchAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task The_timeline_is_newest_first(string driver) => AssertTimelineIsNewestFirstAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task Events_and_identifiers_name_the_source_of_the_write_key(string driver) => AssertSourceIsNamedAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task Nothing_is_sent_to_anyone_else(string driver) => AssertNothingCalledHomeAsync(driver);

    [NodeTheory, MemberData(nameof(Drivers))]
    public Task Events_are_counted_by_name(string driver) => AssertCountedByNameAsync(driver, "Shop", "Cart");

    [NodeTheory, MemberData(nameof(Drivers))]
    public async Task The_timeline_is_in_the_order_of_the_calls(string driver)
    {
        var (_, workspace) = await RunAsync(driver);
        var types = (await workspace.TimelineAsync(Journey.User)).Select(e => e.GetProperty("type").GetString());
        Assert.Equal(["group", "page", "screen", "track", "alias", "identify", "track", "page"], types);
    }
}
