using System.Globalization;
using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Benchmarks.Audiences;

/// <summary>
/// Customers of a shop, made up but the same in every run: orders, views, a newsletter, a phone, consent. Who belongs to the audience of the README is known
/// without asking any engine.
/// </summary>
internal sealed class Shoppers(DateTimeOffset now)
{
    /// <summary>Repeat customers of the last month who take the newsletter, have seen the new product, and may be reached on the phone.</summary>
    public const string Audience = """
        {"id":"repeat-newsletter","purpose":"marketing","channel":"sms","rule":{"all":[
          {"event":"Order Completed","atLeast":2,"within":"30d"},
          {"trait":"newsletter","op":"eq","value":true},
          {"event":"Product Viewed","where":[{"property":"sku","op":"eq","value":"new-boots"}]},
          {"reachable":"sms"}]}}
        """;

    private readonly ParseContext _context = new(IdentityRules.Default, new EventSource("bench"), now.ToUnixTimeMilliseconds());

    public static bool TakesNewsletter(int i) => i % 3 == 0;

    public static bool HasPhone(int i) => i % 2 == 0;

    public static bool HasConsented(int i) => i % 4 < 3;

    public static bool HasSeen(int i) => i % 5 < 2;

    /// <summary>The days ago of each order.</summary>
    public static IEnumerable<int> Orders(int i) => Enumerable.Range(0, i / 7 % 5).Select(n => 1 + ((n * 13 + i) % 60));

    public static bool Belongs(int i) => TakesNewsletter(i) && HasPhone(i) && HasConsented(i) && HasSeen(i) && Orders(i).Count(d => d < 30) >= 2;

    public static string Phone(int i) => string.Create(CultureInfo.InvariantCulture, $"+4915{i:D9}");

    public IEnumerable<CustomerEvent> Events(int i)
    {
        var phone = HasPhone(i) ? $",\"phone\":\"{Phone(i)}\"" : "";
        yield return Event(i, "i", 90, "identify", $$$""" "traits":{"newsletter":{{{(TakesNewsletter(i) ? "true" : "false")}}},"name":"Person {{{i}}}"{{{phone}}}} """);
        if (HasConsented(i))
            yield return Event(i, "c", 89, "track", """ "event":"Consent Updated","properties":{"purpose":"marketing","channel":"sms","state":"granted"} """);
        if (HasSeen(i)) yield return Event(i, "v", 3, "track", """ "event":"Product Viewed","properties":{"sku":"new-boots","price":129} """);
        foreach (var (days, n) in Orders(i).Select((d, n) => (d, n)))
            yield return Event(i, $"o{n}", days, "track", $$""" "event":"Order Completed","properties":{"total":{{10 + n}},"orderId":"{{i}}-{{n}}"} """);
    }

    private CustomerEvent Event(int i, string message, int daysAgo, string type, string rest)
    {
        var at = now.AddDays(-daysAgo).UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        var json = string.Create(CultureInfo.InvariantCulture, $$"""{"type":"{{type}}","userId":"person-{{i}}","messageId":"{{i}}{{message}}","timestamp":"{{at}}",{{rest}}}""");
        using var document = JsonDocument.Parse(json);
        return EventParser.Parse(document.RootElement, _context).Event ?? throw new InvalidOperationException("A made-up event is wrong.");
    }
}
