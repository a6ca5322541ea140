using System.Text;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Profiles;

namespace Cdp.Core.Tests.Profiles;

/// <summary>Events, streams and origins for the tests of what they fold into. Times are milliseconds after <see cref="Start"/>.</summary>
internal static class Make
{
    /// <summary>2026-01-01T00:00:00Z.</summary>
    public const long Start = 1_767_225_600_000;

    public const long Hour = 3_600_000;

    public static readonly Identifier User = new("user_id", "u1");
    public static readonly Identifier Browser = new("anonymous_id", "a1");
    public static readonly Identifier Mail = new("email", "e@example.test");

    public static CustomerId Stream(int number) => new(Guid.Parse($"01890000-0000-7000-8000-{number:x12}"));

    public static Origin Origin(long at, int priority = 0, string messageId = "m") => new(at, priority, messageId, "web");

    /// <summary>An event as the journal keeps it: nothing checks its times.</summary>
    public static CustomerEvent Event(
        long at, string messageId, string more = "", string call = "track", long? received = null, int priority = 0, params Identifier[] by)
    {
        var ids = string.Join(',', (by.Length == 0 ? [User] : by).Select(i => $"[\"{i.Type}\",\"{i.Value}\"]"));
        var json = $$"""
            {"v":{{(more.Contains("\"res\":", StringComparison.Ordinal) ? 2 : 1)}},"id":"{{messageId}}","t":"{{call}}","ts":{{Start + at}},"rx":{{Start + (received ?? at)}},"ids":[{{ids}}],"src":"web","pri":{{priority}}{{more}}}
            """;
        return EventBody.Read(Encoding.UTF8.GetBytes(json));
    }

    public static CustomerEvent Named(long at, string messageId, string name) => Event(at, messageId, $",\"n\":\"{name}\"");

    public static CustomerEvent Identify(long at, string traits, string messageId = "m", int priority = 0, long? received = null) =>
        Event(at, messageId, $",\"traits\":{traits}", "identify", received, priority);

    public static CustomerEvent Page(long at, string messageId, string url, string more = "") =>
        Event(at, messageId, $$$""","context":{"page":{"url":"{{{url}}}"}{{{more}}}}""", "page");

    public static ProfilePart Part(params IEnumerable<CustomerEvent> events)
    {
        var part = new ProfilePart(Stream(1));
        foreach (var e in events) part.Fold(e, e.Identifiers[0]);
        return part;
    }

    /// <summary>A trait as JSON; "removed" when it was removed, null when it was never written.</summary>
    public static string? Trait(this ProfilePart part, string name) =>
        !part.Traits.TryGetValue(name, out var register) ? null : register.Value is { } value ? Encoding.UTF8.GetString(value) : "removed";

    public static DecidedRecord Links(CustomerId part, params Identifier[] identifiers) =>
        new("m", [.. identifiers.Select(i => new Decision(DecisionKind.Linked, i, ReasonCodes.Linked, null, new LinkFact(part, Start, "web")))]);

    public static string Bytes(this CustomerState state) => Encoding.UTF8.GetString(StateCodec.Write(state));
}
