using System.Runtime.CompilerServices;
using System.Text.Json;
using Cdp.Core.Events.Json;
using Cdp.Core.Identity;

namespace Cdp.Core.Events;

/// <summary>The known top-level members of an event.</summary>
internal enum EventField
{
    None, Type, Event, Name, Category, MessageId, UserId, AnonymousId, PreviousId, GroupId, Timestamp, OriginalTimestamp, SentAt, Traits, Properties, Context,
}

/// <summary>Where the known members of an event stand in its JSON. Of a repeated name the last one counts, as in every JavaScript sender.</summary>
internal struct EventFields
{
    private Slots slots;
    private int traits;

    /// <summary>Members of the top-level traits object.</summary>
    public readonly int TraitCount => traits;

    /// <summary>The place of a field.</summary>
    public readonly JsonSlice this[EventField field] => slots[(int)field];

    /// <summary>Reads the whole event once: finds the fields and checks depth and numbers everywhere.</summary>
    /// <param name="json">A valid JSON object.</param>
    /// <returns>The reason code against it, or null.</returns>
    public string? Scan(ReadOnlySpan<byte> json)
    {
        // One level beyond our limit must still be readable, to be refused with our own code.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth * 2 });
        var field = EventField.None;
        while (reader.Read())
        {
            var token = reader.TokenType;
            switch (token)
            {
                case JsonTokenType.PropertyName:
                    if (reader.CurrentDepth == 1)
                    {
                        field = FieldOf(JsonMembers.NameOf(ref reader));
                        if (field == EventField.Traits)
                            traits = 0;
                    }
                    else if (reader.CurrentDepth == 2 && field == EventField.Traits)
                    {
                        traits++;
                    }

                    continue;
                case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= EventLimits.MaxDepth:
                    return ReasonCodes.TooDeep;
                case JsonTokenType.Number when !JsonText.IsFinite(reader.ValueSpan):
                    return ReasonCodes.NumberOutOfRange;
            }

            if (reader.CurrentDepth != 1)
                continue;
            if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
                slots[(int)field] = slots[(int)field] with { Length = (int)reader.BytesConsumed - slots[(int)field].Start };
            else
                slots[(int)field] = JsonMembers.Scalar(ref reader);
        }

        return null;
    }

    private static EventField FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("type"u8) => EventField.Type,
        4 when name.SequenceEqual("name"u8) => EventField.Name,
        5 when name.SequenceEqual("event"u8) => EventField.Event,
        6 when name.SequenceEqual("userId"u8) => EventField.UserId,
        6 when name.SequenceEqual("traits"u8) => EventField.Traits,
        6 when name.SequenceEqual("sentAt"u8) => EventField.SentAt,
        7 when name.SequenceEqual("context"u8) => EventField.Context,
        7 when name.SequenceEqual("groupId"u8) => EventField.GroupId,
        8 when name.SequenceEqual("category"u8) => EventField.Category,
        9 when name.SequenceEqual("messageId"u8) => EventField.MessageId,
        9 when name.SequenceEqual("timestamp"u8) => EventField.Timestamp,
        10 when name.SequenceEqual("properties"u8) => EventField.Properties,
        10 when name.SequenceEqual("previousId"u8) => EventField.PreviousId,
        11 when name.SequenceEqual("anonymousId"u8) => EventField.AnonymousId,
        17 when name.SequenceEqual("originalTimestamp"u8) => EventField.OriginalTimestamp,
        _ => EventField.None,
    };

    [InlineArray((int)EventField.Context + 1)]
    private struct Slots
    {
        private JsonSlice slot;
    }
}
