using System.Buffers;
using System.Text.Json;
using Cdp.Api.Http;
using Cdp.Api.Ingest;
using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Api.Profiles;

/// <summary>The body of a trait write: a bare object, held against the same limits as the traits of an event, by the same parser.</summary>
internal static class TraitsBody
{
    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> body, IdentityRules rules, EventSource source, TimeProvider time)
    {
        var wrapped = new ArrayBufferWriter<byte>(body.Length + 64);
        try
        {
            if (!IsObject(body.Span)) throw new ProblemException(ProblemCode.InvalidBody, "Send a JSON object of traits.");
            wrapped.Write("{\"type\":\"identify\",\"userId\":\"0a\",\"traits\":"u8);
            wrapped.Write(body.Span);
            wrapped.Write("}"u8);
            var parsed = EventParser.Parse(
                wrapped.WrittenSpan, new ParseContext(rules, source, time.GetUtcNow().ToUnixTimeMilliseconds(), null, EventType.Identify));
            if (parsed.Event is { } accepted) return accepted.Traits.IsEmpty ? "{}"u8.ToArray() : accepted.Traits;
            throw new ProblemException(ProblemCode.InvalidBody, $"{parsed.Rejection!.Code}: {parsed.Rejection.Detail ?? "the traits are not accepted."}");
        }
        catch (JsonException)
        {
            throw new ProblemException(ProblemCode.InvalidJson);
        }
    }

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Members.AnyDepth);
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        reader.Skip();
        reader.Read();
        return isObject;
    }
}
