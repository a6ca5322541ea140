using System.Text.Json;
using Cdp.Core.Events.Json;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Events;

/// <summary>
/// The canonical body of an event in the journal: our own JSON, format version 1, or 2 where rules judge its traits. Fields in this order, each left out when it is empty:
/// <c>v</c> version, <c>id</c> message id, <c>t</c> call, <c>n</c> name, <c>cat</c> category, <c>ts</c> and <c>rx</c> event time and arrival in Unix
/// milliseconds, <c>ids</c> identifiers as pairs, <c>prev</c> previous id, <c>usr</c> a user id is among them, <c>src</c> source with <c>pri</c> priority, <c>tr</c> trusted and <c>sh</c> shared
/// device, <c>left</c> identifiers left out as [code, identifier, detail], <c>res</c> the rules that judge its traits (<see cref="WrittenRules"/>), then the objects as they were sent: <c>traits</c> (an identify without it has
/// those of its context), <c>properties</c>, <c>context</c>, <c>group</c> {id, traits}. Write keys and routing fields of the SDKs are never kept.
/// </summary>
public static class EventBody
{
    internal const int Version = 1;

    /// <summary>A release that does not know the rules would fold such an event wrongly: it must refuse it.</summary>
    internal const int VersionWithTraitRules = 2;

    /// <summary>Reads a body that the journal kept.</summary>
    /// <param name="body">UTF-8 JSON; the event keeps slices of it.</param>
    /// <returns>The event as it was accepted.</returns>
    /// <exception cref="FormatException">It is not a body of a known format version.</exception>
    public static CustomerEvent Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return new BodyReader(body.Span).Read(body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The inner message could quote the body, which is personal data.
            throw new FormatException("The event body is not valid JSON.");
        }
    }

    private ref struct BodyReader(ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> json = json;
        private string? id, type, name, category, previous, source;
        private long version, time, received, priority;
        private bool trusted, shared, namesUser;
        private JsonSlice ids, left, rules, traits, properties, context;

        public CustomerEvent Read(ReadOnlyMemory<byte> body)
        {
            var members = new JsonMembers(json);
            while (members.Next())
                Take(members.Name, members.Value);
            if (version is not (Version or VersionWithTraitRules))
                throw new FormatException($"The event body has format version {version}; this release reads versions {Version} and {VersionWithTraitRules}.");
            if ((version == VersionWithTraitRules) != rules.IsObject)
                throw new FormatException("The event body names rules of traits in version 2, and in no other.");
            if ((traits.HasValue && !traits.IsObject) || (properties.HasValue && !properties.IsObject) || (context.HasValue && !context.IsObject))
                throw new FormatException("The event body holds traits, properties or a context that is no object.");
            if (id is not { Length: <= EventLimits.MaxMessageIdChars } || source is null || EventTypes.Parse(type) is not { } call)
                throw new FormatException("The event body lacks its message id, its call or its source.");
            var head = new EventHead
            {
                MessageId = id,
                Type = call,
                Name = name,
                Category = category,
                TimeMs = time,
                ReceivedAtMs = received,
                Identifiers = ReadIdentifiers(),
                PreviousId = previous,
                NamesUser = namesUser,
                LeftOut = ReadLeftOut(),
                Source = new(source, (int)priority, trusted, shared),
                TraitRules = rules.Length == 0 ? WrittenRules.None : WrittenRules.Read(body.Slice(rules.Start, rules.Length)),
            };
            return head.Over(body, traits, properties, context);
        }

        private void Take(ReadOnlySpan<byte> field, JsonSlice value)
        {
            if (field.SequenceEqual("v"u8))
                version = Number(value);
            else if (field.SequenceEqual("id"u8))
                id = JsonText.ReadString(json, value);
            else if (field.SequenceEqual("t"u8))
                type = JsonText.ReadString(json, value);
            else if (field.SequenceEqual("n"u8))
                name = JsonText.ReadString(json, value);
            else if (field.SequenceEqual("cat"u8))
                category = JsonText.ReadString(json, value);
            else if (field.SequenceEqual("ts"u8))
                time = Number(value);
            else if (field.SequenceEqual("rx"u8))
                received = Number(value);
            else if (field.SequenceEqual("ids"u8))
                ids = value;
            else if (field.SequenceEqual("prev"u8))
                previous = JsonText.ReadString(json, value);
            else if (field.SequenceEqual("usr"u8))
                namesUser = value.Kind == JsonTokenType.True;
            else if (field.SequenceEqual("src"u8))
                source = JsonText.ReadString(json, value);
            else if (field.SequenceEqual("pri"u8))
                priority = Number(value);
            else if (field.SequenceEqual("tr"u8))
                trusted = value.Kind == JsonTokenType.True;
            else if (field.SequenceEqual("sh"u8))
                shared = value.Kind == JsonTokenType.True;
            else if (field.SequenceEqual("left"u8))
                left = value;
            else if (field.SequenceEqual("res"u8))
                rules = value;
            else if (field.SequenceEqual("traits"u8))
                traits = value;
            else if (field.SequenceEqual("properties"u8))
                properties = value;
            else if (field.SequenceEqual("context"u8))
                context = value;
        }

        private readonly Identifier[] ReadIdentifiers()
        {
            var list = new List<Identifier>(4);
            var items = new JsonMembers(ids.In(json));
            while (items.Next())
            {
                var pair = items.Value.In(ids.In(json));
                var parts = new JsonMembers(pair);
                if (!parts.Next() || !IdentifierNames.TryNormalize(JsonText.ReadString(pair, parts.Value), out var kind)
                    || !parts.Next() || JsonText.ReadString(pair, parts.Value) is not { } value)
                    throw new FormatException("The event body holds an identifier without a type or a value.");
                list.Add(new(kind, value));
            }

            return [.. list];
        }

        private readonly Reason[] ReadLeftOut()
        {
            if (left.Length == 0)
                return [];
            var list = new List<Reason>();
            var items = new JsonMembers(left.In(json));
            while (items.Next())
            {
                var entry = items.Value.In(left.In(json));
                var parts = new JsonMembers(entry);
                var texts = new string?[3];
                for (var i = 0; i < texts.Length && parts.Next(); i++)
                    texts[i] = JsonText.ReadString(entry, parts.Value);
                list.Add(new(texts[0] ?? "", texts[1], texts[2]));
            }

            return [.. list];
        }

        private readonly long Number(JsonSlice value)
        {
            var text = value.In(json);
            return System.Buffers.Text.Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length
                ? number
                : throw new FormatException("The event body holds a number that is none.");
        }
    }
}
