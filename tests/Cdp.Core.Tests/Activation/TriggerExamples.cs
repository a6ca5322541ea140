namespace Cdp.Core.Tests.Activation;

/// <summary>Triggers, right and wrong, that the parser and the schema are both asked about: the members that differ from a trigger on an event.</summary>
internal static class TriggerExamples
{
    /// <summary>Triggers that are right.</summary>
    public static readonly string[] Right =
    [
        "",
        """ "name":"Near the shop","description":"d","channel":"push","message":"sale","paused":true,"activeFrom":"2026-01-01","activeUntil":"2026-02-01T12:00:00Z" """,
        """ "when":{"event":"*","call":"page","where":[{"property":"n","op":"gt","value":1}]} """,
        """ "when":{"audience":"vip","on":["enter","exit"]} """,
        """ "when":{"fence":["shop-1"],"fenceTag":["shops"],"on":["dwell","cross"]} """,
        """ "when":{"fenceTag":["shops"]} """,
        """ "when":{"computed":"spend","above":99.5} """,
        """ "when":{"computed":"spend","below":-1} """,
        """ "if":{"rule":{"all":[{"trait":"plan","op":"eq","value":"pro"},{"reachable":"push"}]},"consent":{"purpose":"marketing"}} """,
        """ "if":{"quietHours":{"from":"21:00","to":"08:00","days":["sat","sun"],"zone":"Europe/Oslo","otherwise":"defer"}} """,
        """ "if":{"quietHours":{"from":"00:00","to":"24:00","days":["sun"]}} """,
        """ "if":{"caps":[{"max":1,"within":"1d"},{"max":100,"within":"90d"}],"cooldown":"1s","holdout":{"share":0.1,"seed":"autumn"}} """,
        """ "message":"sale","if":{"consent":{"purpose":"marketing","channel":"push"},"notOverTwoChannelsWithin":"30m"} """,
        """ "then":[{"webhook":"crm"},{"webhook":"erp"},{"stream":"out"},{"sse":true}] """,
        """ "payload":{"name":"{{profile.traits.first_name | default: \"friend\"}}","n":1,"l":[null,true,"{{event.properties.total|default:0}} NOK"],"o":{"id":"{{ profile.id }}"}} """,
        """ "payload":{} """,
        """ "when":{"fence":["x"]},"payload":{"f":["{{fence.id}}","{{fence.move}}","{{fence.tags}}","{{fence.dwellSeconds}}","{{fence.at}}","{{now}}","{{decision.id}}"]} """,
        """ "when":{"computed":"c","above":1},"payload":{"f":["{{computed.id}}","{{computed.value}}","{{event.context.page.path}}","{{trigger.id}}","{{trigger.version}}"]} """,
    ];

    /// <summary>Triggers that neither accepts: members, the path, the code.</summary>
    public static readonly (string Members, string Path, string Code)[] Wrong =
    [
        (""" "id":"T" """, ".id", "unknown_value"),
        (""" "other":1 """, ".other", "unknown_member"),
        (""" "paused":"yes" """, ".paused", "wrong_type"),
        (""" "channel":"E Mail" """, ".channel", "unknown_value"),
        (""" "when":[] """, ".when", "wrong_type"),
        (""" "when":{} """, ".when", "missing_member"),
        (""" "when":{"event":"A","audience":"b"} """, ".when", "ambiguous_kind"),
        (""" "when":{"event":"A","atLeast":2} """, ".when.atLeast", "unknown_member"),
        (""" "when":{"audience":"vip","on":["dwell"]} """, ".when.on[0]", "unknown_value"),
        (""" "when":{"fence":[]} """, ".when.fence", "out_of_range"),
        (""" "when":{"fence":"shop"} """, ".when.fence", "wrong_type"),
        (""" "when":{"computed":"spend"} """, ".when", "missing_member"),
        (""" "when":{"computed":"spend","above":1,"below":2} """, ".when", "ambiguous_kind"),
        (""" "when":{"computed":"spend","above":"1"} """, ".when.above", "wrong_type"),
        (""" "if":{"rules":{}} """, ".if.rules", "unknown_member"),
        (""" "if":{"rule":{"trait":"a","op":"is","value":1}} """, ".if.rule.op", "unknown_value"),
        (""" "if":{"consent":{"channel":"push"}} """, ".if.consent.purpose", "missing_member"),
        (""" "if":{"quietHours":{"from":"9:00","to":"10:00"}} """, ".if.quietHours.from", "unknown_value"),
        (""" "if":{"quietHours":{"from":"09:00"}} """, ".if.quietHours.to", "missing_member"),
        (""" "if":{"quietHours":{"from":"09:00","to":"10:00","days":["monday"]}} """, ".if.quietHours.days[0]", "unknown_value"),
        (""" "if":{"quietHours":{"from":"09:00","to":"10:00","otherwise":"wait"}} """, ".if.quietHours.otherwise", "unknown_value"),
        (""" "if":{"caps":[{"max":101,"within":"1d"}]} """, ".if.caps[0].max", "out_of_range"),
        (""" "if":{"caps":[{"max":1,"within":"1d","channel":"push"}]} """, ".if.caps[0].channel", "unknown_member"),
        (""" "if":{"cooldown":90} """, ".if.cooldown", "wrong_type"),
        (""" "if":{"holdout":{"share":1.1}} """, ".if.holdout.share", "out_of_range"),
        (""" "then":[] """, ".then", "out_of_range"),
        (""" "then":[{}] """, ".then[0]", "missing_member"),
        (""" "then":[{"webhook":"a","stream":"b"}] """, ".then[0]", "ambiguous_kind"),
        (""" "then":[{"sse":false}] """, ".then[0].sse", "unknown_value"),
        (""" "then":[{"webhook":"a"},{"webhook":"a"}] """, ".then[1]", "duplicate_id"),
        (""" "payload":[] """, ".payload", "wrong_type"),
    ];

    /// <summary>Triggers that only the parser refuses.</summary>
    public static readonly (string Members, string Path, string Code)[] RefusedByTheParserAlone =
    [
        (""" "activeFrom":"2026-02-01","activeUntil":"2026-01-01" """, ".activeUntil", "out_of_range"),
        (""" "activeFrom":"2026-02-30" """, ".activeFrom", "wrong_type"),
        (""" "if":{"cooldown":"91d"} """, ".if.cooldown", "out_of_range"),
        (""" "if":{"quietHours":{"from":"09:00","to":"09:00"}} """, ".if.quietHours", "out_of_range"),
        (""" "if":{"quietHours":{"from":"00:00","to":"24:00"}} """, ".if.quietHours", "out_of_range"),
        (""" "if":{"quietHours":{"from":"24:00","to":"08:00"}} """, ".if.quietHours", "out_of_range"),
        (""" "if":{"quietHours":{"from":"09:00","to":"10:00","zone":"Mars/Olympus"}} """, ".if.quietHours.zone", "unknown_value"),
        (""" "channel":"push","if":{"notOverTwoChannelsWithin":"30m"} """, ".if.notOverTwoChannelsWithin", "missing_member"),
        (""" "payload":{"a":"{{profile.trait.x}}"} """, ".payload.a", "unknown_reference"),
        (""" "payload":{"a":["{{fence.id}}"]} """, ".payload.a[0]", "unknown_reference"),
        (""" "payload":{"a":"{{profile.traits}}"} """, ".payload.a", "unknown_reference"),
        (""" "payload":{"a":"{{profile.id"} """, ".payload.a", "unknown_value"),
        (""" "payload":{"a":"{{}}"} """, ".payload.a", "unknown_value"),
        (""" "payload":{"a":"{{profile.id | upper}}"} """, ".payload.a", "unknown_value"),
        (""" "payload":{"a":"{{profile.id | default: friend}}"} """, ".payload.a", "unknown_value"),
        (""" "when":{"audience":"a"},"payload":{"a":"{{event.name}}"} """, ".payload.a", "unknown_reference"),
    ];
}
