namespace Cdp.Core.Tests.Audiences;

/// <summary>Definitions, right and wrong, that the parser and the schema are both asked about.</summary>
internal static class DefinitionExamples
{
    /// <summary>Rules that are right.</summary>
    public static readonly string[] Rules =
    [
        """{"all":[{"trait":"plan","op":"eq","value":"pro"}]}""",
        """{"any":[{"trait":"a.b","op":"in","value":["x",1,true]},{"not":{"trait":"c","op":"not_exists"}}]}""",
        """{"trait":"birthday","op":"within_next","value":"7d"}""",
        """{"trait":"signedUp","op":"before","value":"2026-01-31T12:00:00Z"}""",
        """{"trait":"name","op":"eq","value":""}""",
        """{"event":"Order Completed"}""",
        """{"event":"Order Completed","where":[{"property":"total","op":"gte","value":100},{"context":"page.path","op":"starts_with","value":"/s"}],"atLeast":2,"within":"30d"}""",
        """{"event":"*","call":"page","from":"2026-01-01","to":"2026-02-01","atMost":0}""",
        """{"event":"A","atLeast":1000000000}""",
        """{"event":"A","within":{"calendar":"month","count":3,"zone":"Europe/Oslo"}}""",
        """{"sequence":[{"event":"A"},{"event":"B","where":[{"property":"x","op":"exists"}]}],"in":"1h","within":"7d"}""",
        """{"identifier":"email","atLeast":2}""",
        """{"reachable":"sms"}""",
        """{"consent":"marketing","channel":"email","state":"denied"}""",
        """{"position":{"latitude":59.9,"longitude":10.7,"radiusMetres":500},"within":"1h"}""",
    ];

    /// <summary>Computed traits that are right.</summary>
    public static readonly string[] Computed =
    [
        """{"id":"c","type":"count","event":"A","within":"90d"}""",
        """{"id":"c","name":"Spend","description":"All of it.","type":"sum","event":"A","property":"total"}""",
        """{"id":"c","type":"unique_list","event":"A","context":"page.path","limit":10}""",
        """{"id":"c","type":"days_since","event":"A","where":[{"property":"x","op":"lt","value":5}]}""",
        """{"id":"c","type":"rfm","event":"A","property":"total","within":"365d","recencyDays":[30,60,90,180],"frequency":[1,2,4,8],"monetary":[10,50.5,100,500]}""",
        """{"id":"c","type":"profit","revenue":[{"event":"A","property":"total"}],"cost":[{"event":"B","property":"total"},{"event":"C","amount":4.5}],"within":"90d"}""",
        """{"id":"c","type":"lifetime_value","revenue":[{"event":"A","property":"total"}],"margin":0.4}""",
        """{"id":"c","type":"revenue","revenue":[{"event":"A","property":"total"}]}""",
    ];

    /// <summary>Rules that neither accepts: the rule, the path below it, the code.</summary>
    public static readonly (string Rule, string Path, string Code)[] WrongRules =
    [
        ("[]", "", "wrong_type"),
        ("{}", "", "missing_member"),
        ("""{"all":[],"any":[]}""", "", "ambiguous_kind"),
        ("""{"all":[]}""", ".all", "out_of_range"),
        ("""{"all":{}}""", ".all", "wrong_type"),
        ("""{"all":[{"trait":"a","op":"is","value":1}]}""", ".all[0].op", "unknown_value"),
        ("""{"any":[{"trait":"a","op":"exists"},{"trait":"a","op":"eq"}]}""", ".any[1].value", "missing_member"),
        ("""{"not":{"trait":"a","op":"gt","value":"5"}}""", ".not.value", "wrong_type"),
        ("""{"trait":"a","op":"exists","value":1}""", ".value", "unknown_member"),
        ("""{"trait":"","op":"exists"}""", ".trait", "out_of_range"),
        ("""{"trait":"a..b","op":"exists"}""", ".trait", "out_of_range"),
        ("""{"trait":"a","op":"in","value":[]}""", ".value", "out_of_range"),
        ("""{"trait":"a","op":"in","value":[null]}""", ".value[0]", "wrong_type"),
        ("""{"trait":"a","op":"before","value":"tomorrow"}""", ".value", "wrong_type"),
        ("""{"trait":"a","op":"within_last","value":"soon"}""", ".value", "wrong_type"),
        ("""{"trait":"a","op":"exists","extra":1}""", ".extra", "unknown_member"),
        ("""{"event":5}""", ".event", "wrong_type"),
        ("""{"event":"A","call":"click"}""", ".call", "unknown_value"),
        ("""{"event":"A","atLeast":0}""", ".atLeast", "out_of_range"),
        ("""{"event":"A","atLeast":1.5}""", ".atLeast", "wrong_type"),
        ("""{"event":"A","atLeast":1001,"within":"1d"}""", ".atLeast", "out_of_range"),
        ("""{"event":"A","within":"1"}""", ".within", "wrong_type"),
        ("""{"event":"A","within":30}""", ".within", "wrong_type"),
        ("""{"event":"A","within":{"calendar":"fortnight"}}""", ".within.calendar", "unknown_value"),
        ("""{"event":"A","within":{}}""", ".within.calendar", "missing_member"),
        ("""{"event":"A","where":[{"property":"x","op":"within_last","value":"1d"}]}""", ".where[0].op", "unknown_value"),
        ("""{"event":"A","where":[{"op":"exists"}]}""", ".where[0].property", "missing_member"),
        ("""{"event":"A","where":[{"property":"x","context":"y","op":"exists"}]}""", ".where[0]", "ambiguous_kind"),
        ("""{"sequence":[{"event":"A"}],"in":"1h"}""", ".sequence", "out_of_range"),
        ("""{"sequence":[{"event":"A"},{"event":"B"}]}""", ".in", "missing_member"),
        ("""{"sequence":[{"event":"A"},{"event":"B","within":"1h"}],"in":"1h"}""", ".sequence[1].within", "unknown_member"),
        ("""{"identifier":"E Mail"}""", ".identifier", "unknown_value"),
        ("""{"reachable":"pigeon"}""", ".reachable", "unknown_value"),
        ("""{"consent":"Marketing!"}""", ".consent", "unknown_value"),
        ("""{"consent":"marketing","state":"maybe"}""", ".state", "unknown_value"),
        ("""{"audience":"a","op":"eq"}""", ".op", "unknown_member"),
        ("""{"position":{"latitude":91,"longitude":0,"radiusMetres":5}}""", ".position.latitude", "out_of_range"),
        ("""{"position":{"latitude":1,"longitude":0}}""", ".position.radiusMetres", "missing_member"),
    ];

    /// <summary>Rules that only the parser refuses.</summary>
    public static readonly (string Rule, string Path, string Code)[] RefusedByTheParserAlone =
    [
        ("""{"event":"A","within":"30s"}""", ".within", "out_of_range"),
        ("""{"event":"A","within":"366d"}""", ".within", "out_of_range"),
        ("""{"event":"A","atLeast":3,"atMost":2}""", ".atLeast", "out_of_range"),
        ("""{"event":"A","from":"2026-02-01","to":"2026-01-01"}""", ".to", "out_of_range"),
        ("""{"event":"A","from":"2026-02-30"}""", ".from", "wrong_type"),
        ("""{"event":"A","within":{"calendar":"year","count":6}}""", ".within.count", "out_of_range"),
        ("""{"event":"A","within":{"calendar":"day","zone":"Mars/Olympus"}}""", ".within.zone", "unknown_value"),
    ];

    /// <summary>Computed traits that neither accepts.</summary>
    public static readonly (string Definition, string Path, string Code)[] WrongComputed =
    [
        ("""{"type":"count","event":"A"}""", "$.id", "missing_member"),
        ("""{"id":"C","type":"count","event":"A"}""", "$.id", "unknown_value"),
        ("""{"id":"c","type":"median","event":"A"}""", "$.type", "unknown_value"),
        ("""{"id":"c","type":"count"}""", "$.event", "missing_member"),
        ("""{"id":"c","type":"count","event":"A","property":"x"}""", "$.property", "unknown_member"),
        ("""{"id":"c","type":"sum","event":"A"}""", "$.property", "missing_member"),
        ("""{"id":"c","type":"count","event":"A","within":{"calendar":"month"}}""", "$.within", "wrong_type"),
        ("""{"id":"c","type":"unique_list","event":"A","property":"x","limit":500}""", "$.limit", "out_of_range"),
        ("""{"id":"c","type":"days_since","event":"A","within":"7d"}""", "$.within", "unknown_member"),
        ("""{"id":"c","type":"rfm","event":"A","property":"x","recencyDays":[1,2,3],"frequency":[1,2,3,4],"monetary":[1,2,3,4]}""", "$.recencyDays", "out_of_range"),
        ("""{"id":"c","type":"profit","revenue":[]}""", "$.revenue", "out_of_range"),
        ("""{"id":"c","type":"profit","revenue":[{"event":"A"}]}""", "$.revenue[0].property", "missing_member"),
        ("""{"id":"c","type":"profit","revenue":[{"event":"A","property":"x","amount":3}]}""", "$.revenue[0]", "ambiguous_kind"),
        ("""{"id":"c","type":"lifetime_value","revenue":[{"event":"A","property":"x"}],"margin":2}""", "$.margin", "out_of_range"),
    ];
}
