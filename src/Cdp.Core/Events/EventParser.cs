using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Cdp.Core.Events.Json;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Events;

/// <summary>
/// Reads one event of a request: checks the limits, corrects the time, takes out the identifiers and makes the canonical body. The checks run in the order
/// object, size, text, depth and numbers, call, name, message id, types of the objects, traits, time, identifiers; the first that fails is the reason.
/// </summary>
public static class EventParser
{
    /// <summary>Reads one event. Never throws for what the event contains.</summary>
    /// <param name="element">The event; its document may have been parsed without a depth limit and is not kept.</param>
    /// <param name="context">What the request says.</param>
    /// <returns>The event, or the reason why it is none.</returns>
    public static ParsedEvent Parse(JsonElement element, ParseContext context) =>
        Parse(element.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(element) : default, context);

    /// <summary>
    /// Reads one event, in time linear to its bytes whatever they are. A <see cref="JsonDocument"/> takes time quadratic to the depth of what it parses, so a
    /// server that must not refuse a whole batch for one deep event cannot make one.
    /// </summary>
    /// <param name="json">The event: one syntactically valid JSON value of any depth, without white space around it; not kept.</param>
    /// <param name="context">What the request says.</param>
    /// <returns>The event, or the reason why it is none.</returns>
    public static ParsedEvent Parse(ReadOnlySpan<byte> json, ParseContext context)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
            return new(null, null, new(ReasonCodes.NotAnObject));
        if (json.Length > EventLimits.MaxEventBytes)
            return Unread(json, ReasonCodes.TooLarge, $"{json.Length} bytes; at most {EventLimits.MaxEventBytes}");
        if (!JsonText.IsStorable(json))
            return Unread(json, ReasonCodes.InvalidText, "invalid UTF-8, a lone surrogate or a NUL");
        var fields = default(EventFields);
        return fields.Scan(json) is { } code ? Unread(json, code, null) : Read(json, fields, context);
    }

    /// <summary>Reads one event out of bytes that nobody has checked yet. Never throws for what they contain.</summary>
    /// <param name="bytes">The event, with or without white space around it; not kept.</param>
    /// <param name="context">What the sender says.</param>
    /// <returns>The event, or the reason why it is none.</returns>
    public static ParsedEvent ParseUnchecked(ReadOnlySpan<byte> bytes, ParseContext context)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = int.MaxValue });
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var json = bytes[start..(int)reader.BytesConsumed];
            // What follows must be white space: the reader throws when it is not.
            reader.Read();
            return Parse(json, context);
        }
        catch (JsonException)
        {
            return new(null, null, new(ReasonCodes.InvalidJson));
        }
    }

    private static ParsedEvent Read(ReadOnlySpan<byte> json, in EventFields fields, ParseContext context)
    {
        var idProblem = ReadMessageId(json, fields, context, out var messageId);
        string? name = null;
        var problem = ReadType(json, fields, context, out var type)
            ?? ReadName(json, fields, type, out name)
            ?? idProblem
            ?? CheckObjects(fields);
        if (problem is not null)
            return new(messageId, null, problem);

        var contextJson = fields[EventField.Context].HasValue ? fields[EventField.Context].In(json) : default;
        var inContext = ContextFields.Read(contextJson);
        var topTraits = fields[EventField.Traits].HasValue ? fields[EventField.Traits].In(json) : default;
        var traits = inContext.Traits.In(contextJson);
        ReadOnlySpan<byte> own = default;
        if (type == EventType.Identify)
            traits = TraitsMerge.Join(topTraits, traits, out own);
        if (fields.TraitCount > EventLimits.MaxTraits || JsonMembers.Count(traits) > EventLimits.MaxTraits)
            return new(messageId, null, new(ReasonCodes.TooManyTraits, null, $"at most {EventLimits.MaxTraits}"));
        if (EventTime.Read(json, fields, context, out var time) is { } code)
            return new(messageId, null, new(code));

        var set = new IdentifierSet(context.Rules);
        string? previous = null;
        if (type == EventType.Alias)
            previous = IdentifierExtractor.ExtractAlias(json, fields, context.Rules, set);
        else
            IdentifierExtractor.Extract(json, fields, contextJson, inContext, traits, set);
        if (set.IsEmpty || (type == EventType.Alias && !set.HasUserId))
            return new(messageId, null, NoIdentifier(set));

        var traitRules = type == EventType.Identify && !context.Rules.Traits.IsEmpty ? context.Rules.Traits.Of(traits, set.Leave) : WrittenRules.None;
        var head = new EventHead
        {
            MessageId = messageId!,
            Type = type,
            Name = name,
            Category = type is EventType.Page or EventType.Screen ? JsonText.ReadString(json, fields[EventField.Category]) : null,
            TimeMs = time,
            ReceivedAtMs = context.ReceivedAtMs,
            Identifiers = set.ToSorted(),
            PreviousId = previous,
            NamesUser = set.HasUserId && context.Rules.UserType != IdentifierNames.UserId,
            LeftOut = set.LeftOut,
            Source = context.Source,
            TraitRules = traitRules,
        };
        var properties = fields[EventField.Properties].HasValue ? fields[EventField.Properties].In(json) : default;
        var group = type == EventType.Group;
        var groupId = group && fields[EventField.GroupId].Kind is JsonTokenType.String or JsonTokenType.Number
            ? JsonText.Read(json, fields[EventField.GroupId])
            : null;
        return new(messageId, EventBodyWriter.Write(head, own, properties, contextJson, groupId, group ? topTraits : default), null);
    }

    private static Reason? ReadType(ReadOnlySpan<byte> json, in EventFields fields, ParseContext context, out EventType type)
    {
        type = context.Type ?? default;
        if (context.Type is not null)
            return null;
        var slice = fields[EventField.Type];
        if (slice.HasValue && !slice.IsString)
            return WrongType("type", "a string");
        if (EventTypes.Parse(JsonText.ReadString(json, slice)) is not { } known)
            return new(ReasonCodes.UnknownType);
        type = known;
        return null;
    }

    private static Reason? ReadName(ReadOnlySpan<byte> json, in EventFields fields, EventType type, out string? name)
    {
        name = null;
        var field = type switch
        {
            EventType.Track => EventField.Event,
            EventType.Page or EventType.Screen => EventField.Name,
            _ => EventField.None,
        };
        if (field == EventField.None)
            return null;
        var slice = fields[field];
        if (slice.HasValue && !slice.IsString)
            return WrongType(field == EventField.Event ? "event" : "name", "a string");
        name = JsonText.ReadString(json, slice);
        if (string.IsNullOrWhiteSpace(name))
        {
            name = null;
            return type == EventType.Track ? new(ReasonCodes.MissingEventName) : null;
        }

        return name.Length <= EventLimits.MaxNameChars
            ? null
            : new(ReasonCodes.EventNameTooLong, null, $"{name.Length} characters; at most {EventLimits.MaxNameChars}");
    }

    private static Reason? ReadMessageId(ReadOnlySpan<byte> json, in EventFields fields, ParseContext context, out string? id)
    {
        id = null;
        var slice = fields[EventField.MessageId];
        if (slice.Kind is JsonTokenType.String or JsonTokenType.Number)
            id = JsonText.Read(json, slice).Trim();
        else if (slice.HasValue)
            return WrongType("messageId", "a string or a number");
        if (id is { Length: > EventLimits.MaxMessageIdChars })
        {
            id = JsonText.Cut(id, EventLimits.MaxMessageIdChars);
            return new(ReasonCodes.InvalidMessageId, null, $"more than {EventLimits.MaxMessageIdChars} characters");
        }

        if (string.IsNullOrEmpty(id))
            id = context.NewMessageId?.Invoke() ?? HashId(json, context.ReceivedAtMs);
        return null;
    }

    private static string HashId(ReadOnlySpan<byte> json, long receivedAtMs)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        return string.Create(CultureInfo.InvariantCulture, $"auto-{receivedAtMs}-{Convert.ToHexStringLower(hash[..16])}");
    }

    private static Reason? CheckObjects(in EventFields fields)
    {
        if (fields[EventField.Traits] is { HasValue: true, IsObject: false })
            return WrongType("traits", "an object");
        if (fields[EventField.Properties] is { HasValue: true, IsObject: false })
            return WrongType("properties", "an object");
        return fields[EventField.Context] is { HasValue: true, IsObject: false } ? WrongType("context", "an object") : null;
    }

    private static Reason NoIdentifier(IdentifierSet set)
    {
        // Types and codes only: the values are for LeftOut, which goes to nobody but the caller.
        var left = set.LeftOut.Take(10).Select(r => $"{r.Identifier?.Split(':', 2)[0]} {r.Code}");
        return new(ReasonCodes.NoIdentifier, null, set.LeftOut.Count == 0 ? "the event carries none" : "left out: " + string.Join(", ", left));
    }

    private static Reason WrongType(string field, string wanted) => new(ReasonCodes.WrongType, null, $"{field} must be {wanted}");

    /// <summary>A rejection before the fields are known; its message id is looked up as far as that works.</summary>
    private static ParsedEvent Unread(ReadOnlySpan<byte> json, string code, string? detail)
    {
        string? id = null;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("messageId"u8);
                reader.Read();
                if (isId)
                    id = reader.TokenType == JsonTokenType.String ? JsonText.Cut(reader.GetString()!.Trim(), EventLimits.MaxMessageIdChars) : null;
                reader.Skip();
            }
        }
        catch (InvalidOperationException)
        {
            // Invalid UTF-8 or a lone surrogate stands in a name or in the id itself: then it cannot be read.
        }

        return new(id, null, new(code, null, detail));
    }
}
