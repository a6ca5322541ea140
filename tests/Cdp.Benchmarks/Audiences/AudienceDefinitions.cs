using System.Globalization;
using System.Text;
using Cdp.Core.Audiences;

namespace Cdp.Benchmarks.Audiences;

/// <summary>Audiences as a shop has them.</summary>
internal static class AudienceDefinitions
{
    private static readonly string[] Events =
    [
        "Order Completed", "Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Payment Info Entered", "Order Refunded", "Email Opened", "Email Clicked",
        "Push Opened", "Signed Up", "Signed In", "Search Performed", "Coupon Applied", "Wishlist Added", "Review Written", "Video Played", "Newsletter Joined", "Store Visited",
        "Support Ticket Opened",
    ];

    private static readonly string[] Computed =
    [
        """{"id":"orders","type":"count","event":"Order Completed","within":"90d"}""",
        """{"id":"spend","type":"sum","event":"Order Completed","property":"total","within":"365d"}""",
        """{"id":"category","type":"most_frequent","event":"Product Viewed","property":"category","within":"30d"}""",
        """{"id":"since","type":"days_since","event":"Order Completed"}""",
        """{"id":"profit","type":"profit","revenue":[{"event":"Order Completed","property":"total"}],"cost":[{"event":"Order Refunded","property":"total"}]}""",
    ];

    /// <summary>A mix: events of twenty names with and without conditions, traits, computed traits, consent, audiences in audiences.</summary>
    public static AudiencePlan Mixed(int count) => Compile(count, i => (i % 10) switch
    {
        0 or 1 => Event(i / 10, $",\"atLeast\":{1 + (i % 5)},\"within\":\"30d\""),
        2 or 3 => Event(i / 10, $",\"where\":[{{\"property\":\"total\",\"op\":\"gte\",\"value\":{i}}}],\"within\":\"7d\""),
        4 => $"{{\"not\":{Event(i / 10, ",\"within\":\"90d\"")}}}",
        5 => $"{{\"trait\":\"t{i % 30}\",\"op\":\"eq\",\"value\":\"v{i % 7}\"}}",
        6 => $"{{\"all\":[{{\"trait\":\"plan\",\"op\":\"eq\",\"value\":\"pro\"}},{Event(i / 10, ",\"within\":\"1d\"")}]}}",
        7 => $"{{\"computed\":\"{(i % 20 < 10 ? "orders" : "spend")}\",\"op\":\"gte\",\"value\":{i % 9}}}",
        8 => $"{{\"all\":[{{\"consent\":\"marketing\",\"channel\":\"email\"}},{{\"audience\":\"a{i - 8}\"}}]}}",
        _ => $"{{\"sequence\":[{Event((i / 10) + 1)},{Event((i / 10) + 2)}],\"in\":\"1h\",\"within\":\"7d\"}}",
    });

    /// <summary>All audiences read the one event, each by a condition of its own: nothing is shared, and all have to be judged.</summary>
    public static AudiencePlan SameEvent(int count) => Compile(
        count, i => Event(0, $",\"where\":[{{\"property\":\"total\",\"op\":\"gte\",\"value\":{(i % 90) / 10.0 + (i / 10_000.0)}}}],\"within\":\"30d\""));

    private static AudiencePlan Compile(int count, Func<int, string> rule)
    {
        var audiences = Enumerable.Range(0, count).Select(i => Source(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"a{i}\",\"rule\":{rule(i)}}}")));
        var compiled = AudiencePlan.Compile([.. Computed.Select(Source)], [.. audiences]);
        return compiled.Plan ?? throw new InvalidOperationException(compiled.Problems[0].ToString());
    }

    private static string Event(int name, string rest = "") => string.Create(CultureInfo.InvariantCulture, $"{{\"event\":\"{Events[name % Events.Length]}\"{rest}}}");

    private static DefinitionSource Source(string json) => new(Encoding.UTF8.GetBytes(json), 1);
}
