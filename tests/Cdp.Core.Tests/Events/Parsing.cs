using System.Text;
using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Core.Tests.Events;

/// <summary>Parses test events as the API does: a document without a depth limit, fixed arrival and source.</summary>
internal static class Parsing
{
    /// <summary>2026-01-02T03:04:06Z.</summary>
    public const long ReceivedAt = 1_767_323_046_000;

    public static ParseContext Context { get; } = new(IdentityRules.Default, new EventSource("web"), ReceivedAt) { NewMessageId = () => "generated" };

    public static ParsedEvent Parse(string json, ParseContext? context = null) => Parse(Encoding.UTF8.GetBytes(json), context);

    public static ParsedEvent Parse(byte[] json, ParseContext? context = null)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 100_000 });
        return EventParser.Parse(document.RootElement, context ?? Context);
    }

    public static CustomerEvent Accept(string json, ParseContext? context = null)
    {
        var parsed = Parse(json, context);
        Assert.Null(parsed.Rejection);
        Assert.Equal(parsed.Event!.MessageId, parsed.MessageId);
        return parsed.Event;
    }

    public static Reason Reject(string json, ParseContext? context = null)
    {
        var parsed = Parse(json, context);
        Assert.Null(parsed.Event);
        return parsed.Rejection!;
    }

    /// <summary>A track of user u1 with more members, such as <c>,"timestamp":1</c>.</summary>
    public static string Track(string more = "") => $$"""{"type":"track","event":"E","userId":"u1","messageId":"m1"{{more}}}""";

    public static string Identify(string more = "") => $$"""{"type":"identify","userId":"u1","messageId":"m1"{{more}}}""";

    public static string[] Refs(this CustomerEvent e) => [.. e.Identifiers.Select(i => i.Ref)];

    public static string Text(this ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);
}
