using System.Globalization;

namespace Cdp.Core.Tests.Audiences.Model;

/// <summary>Definitions over few names and values, so that conditions meet events often and edges coincide.</summary>
internal sealed class RandomDefinitions(Random random)
{
    public static readonly string[] Names = ["Viewed", "Bought", "Returned"];
    public static readonly string[] Words = ["red", "blue", "gr\\u00fcn"];

    private static readonly string[] Windows = ["1m", "5m", "1h", "6h", "24h", "7d", "30d", "365d"];
    private static readonly string[] Ops = ["eq", "ne", "gt", "gte", "lt", "lte"];

    private static readonly string[] ComputedTypes =
    [
        "count", "sum", "min", "max", "average", "first", "last", "most_frequent", "unique_list", "unique_count", "days_since", "rfm", "revenue", "profit", "lifetime_value",
    ];

    private readonly List<string> _rfm = [];
    private readonly List<string> _computed = [];

    public string Computed(string id)
    {
        var type = Pick(ComputedTypes);
        _computed.Add(id);
        if (type == "rfm") _rfm.Add(id);
        var within = Chance(2) ? $",\"within\":\"{Pick(Windows)}\"" : "";
        var field = Chance(6) ? "\"context\":\"page.path\"" : $"\"property\":\"{Pick("n", "s", "list", "deep.x")}\"";
        var rest = type switch
        {
            "count" => $"{Selector()}{within}",
            "days_since" => Selector(),
            "unique_list" => $"{Selector()},{field}{within},\"limit\":{random.Next(1, 4)}",
            "rfm" => $"{Selector()},\"property\":\"n\"{within},\"recencyDays\":[1,2,7,30],\"frequency\":[1,2,3,5],\"monetary\":[1,5.5,10,20]",
            "revenue" => $"\"revenue\":[{Term()}]{within}",
            "profit" => $"\"revenue\":[{Term()},{Term()}],\"cost\":[{Term()}]{within}",
            "lifetime_value" => $"\"revenue\":[{Term()}],\"cost\":[{Term()}],\"margin\":0.35",
            _ => $"{Selector()},{field}{within}",
        };
        return $$"""{"id":"{{id}}","type":"{{type}}",{{rest}}}""";
    }

    public string Audience(string id, IReadOnlyList<string> others)
    {
        var purpose = Chance(6) ? $",\"purpose\":\"marketing\"{(Chance(2) ? ",\"channel\":\"email\"" : "")}" : "";
        return $$"""{"id":"{{id}}"{{purpose}},"rule":{{Rule(others, 3)}}}""";
    }

    private string Rule(IReadOnlyList<string> others, int depth)
    {
        switch (random.Next(depth > 0 ? 16 : 13))
        {
            case 0: return $$"""{"trait":"plan",{{Test("\"pro\"", "\"free\"")}}}""";
            case 1: return $$"""{"trait":"age","op":"{{Pick(Ops)}}","value":{{random.Next(0, 5)}}}""";
            case 2: return $$"""{"trait":"since","op":"{{Pick("within_last", "within_next", "older_than")}}","value":"{{Pick(Windows)}}"}""";
            case 3:
                return Chance(2)
                    ? $$"""{"trait":"address.city","op":"{{Pick("exists", "not_exists")}}"}"""
                    : $$"""{"trait":"tags","op":"contains","value":"{{Pick(Words)}}"}""";
            case 4 or 5: return ComputedRule();
            case 6: return Sequence();
            case 7: return $$"""{"identifier":"{{Pick("email", "phone")}}","atLeast":{{random.Next(1, 3)}}}""";
            case 8: return Chance(2) ? $$"""{"reachable":"{{Pick("email", "sms")}}"}""" : Consent();
            case 9: return others.Count > 0 ? $$"""{"audience":"{{others[random.Next(others.Count)]}}"}""" : Consent();
            case 10: return $$"""{"position":{"latitude":59.9,"longitude":10.7,"radiusMetres":{{Pick("100", "20000", "500000")}}}{{Within()}}}""";
            case 13: return $$"""{"not":{{Rule(others, depth - 1)}}}""";
            case 14: return $$"""{"all":[{{Rule(others, depth - 1)}},{{Rule(others, depth - 1)}}]}""";
            case 15: return $$"""{"any":[{{Rule(others, depth - 1)}},{{Rule(others, depth - 1)}},{{Rule(others, depth - 1)}}]}""";
            default: return $"{{{Selector()}{Counts()}{Within()}}}";
        }
    }

    private string ComputedRule()
    {
        var id = _computed[random.Next(_computed.Count)];
        var field = _rfm.Contains(id) && Chance(2) ? $",\"field\":\"{Pick("recency", "frequency", "monetary")}\"" : "";
        return $$"""{"computed":"{{id}}"{{field}},{{Test("\"red\"", "1", "2", "0", "7")}}}""";
    }

    private string Consent() =>
        $$"""{"consent":"marketing"{{(Chance(2) ? ",\"channel\":\"email\"" : "")}},"state":"{{Pick("granted", "denied", "unset")}}"}""";

    private string Sequence()
    {
        var steps = Enumerable.Range(0, random.Next(2, 4)).Select(_ => $"{{{Selector()}}}");
        return $$"""{"sequence":[{{string.Join(',', steps)}}],"in":"{{Pick("30s", "1m", "1h", "24h", "30d")}}"{{Within()}}}""";
    }

    private string Counts() => random.Next(5) switch
    {
        0 => "",
        1 => $",\"atMost\":{random.Next(0, 3)}",
        2 => $",\"atLeast\":{random.Next(1, 4)},\"atMost\":{random.Next(3, 6)}",
        _ => $",\"atLeast\":{random.Next(1, 4)}",
    };

    private string Within() => random.Next(4) switch
    {
        0 => "",
        1 => string.Create(CultureInfo.InvariantCulture, $$""","within":{"calendar":"{{Pick("day", "week", "month", "year")}}","count":{{random.Next(1, 3)}},"zone":"{{Pick("UTC", "Europe/Oslo", "America/Sao_Paulo")}}"}"""),
        _ => $",\"within\":\"{Pick(Windows)}\"",
    };

    private string Term() => Chance(3)
        ? $"{{{Selector()},\"amount\":{Pick("1", "2.5")}}}"
        : $"{{{Selector()},\"property\":\"n\"}}";

    private string Selector()
    {
        var where = Chance(2) ? "" : $",\"where\":[{string.Join(',', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Condition()))}]";
        var bounds = random.Next(8) switch { 0 => ",\"from\":\"2026-01-05T00:00:00Z\"", 1 => ",\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-02-01T00:00:00Z\"", _ => "" };
        return Chance(6) ? $"\"event\":\"*\",\"call\":\"{Pick("track", "page", "identify")}\"{bounds}" : $"\"event\":\"{Pick(Names)}\"{where}{bounds}";
    }

    private string Condition() => random.Next(5) switch
    {
        0 => $$"""{"property":"s",{{Test("\"red\"", "\"blue\"", "\"gr\\u00fcn\"")}}}""",
        1 => $$"""{"property":"list","op":"contains","value":"{{Pick(Words)}}"}""",
        2 => $$"""{"property":"deep.x","op":"{{Pick(Ops)}}","value":{{random.Next(0, 3)}}}""",
        3 => """{"context":"page.path","op":"starts_with","value":"/a"}""",
        _ => $$"""{"property":"n","op":"{{Pick(Ops)}}","value":{{Pick("0", "1", "2.5", "7")}}}""",
    };

    private string Test(params string[] values) => random.Next(4) switch
    {
        0 => $"\"op\":\"{Pick("exists", "not_exists")}\"",
        1 => $"\"op\":\"{Pick("in", "not_in")}\",\"value\":[{Pick(values)},{Pick(values)}]",
        2 => $"\"op\":\"{Pick("gt", "gte", "lt", "lte")}\",\"value\":{random.Next(0, 8)}",
        _ => $"\"op\":\"{Pick("eq", "ne")}\",\"value\":{Pick(values)}",
    };

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private string Pick(params string[] from) => from[random.Next(from.Length)];
}
