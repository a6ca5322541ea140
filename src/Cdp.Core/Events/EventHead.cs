using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Events.Json;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Events;

/// <summary>An event but for its JSON objects: what parsing works out and what the body keeps in fields of its own.</summary>
internal sealed class EventHead
{
    public required string MessageId { get; init; }

    public required EventType Type { get; init; }

    public string? Name { get; init; }

    public string? Category { get; init; }

    public required long TimeMs { get; init; }

    public required long ReceivedAtMs { get; init; }

    public required Identifier[] Identifiers { get; init; }

    public string? PreviousId { get; init; }

    public bool NamesUser { get; init; }

    public IReadOnlyList<Reason> LeftOut { get; init; } = [];

    public required EventSource Source { get; init; }

    public WrittenRules TraitRules { get; init; } = WrittenRules.None;

    /// <summary>Makes the event over its finished body. Arrival and reading both end here, so that they cannot differ.</summary>
    /// <param name="body">The body.</param>
    /// <param name="traits">Where the traits of an identify stand in it.</param>
    /// <param name="properties">Where the properties stand in it.</param>
    /// <param name="context">Where the context stands in it.</param>
    /// <returns>The event.</returns>
    public CustomerEvent Over(ReadOnlyMemory<byte> body, JsonSlice traits, JsonSlice properties, JsonSlice context)
    {
        var contextJson = context.In(body.Span);
        var inContext = ContextFields.Read(contextJson);

        // Not stored twice: an identify without traits of its own has those of its context.
        if (Type == EventType.Identify && traits.Length == 0 && inContext.Traits.Length > 0)
            traits = inContext.Traits with { Start = inContext.Traits.Start + context.Start };

        return new CustomerEvent
        {
            MessageId = MessageId,
            MessageHash = HashOf(MessageId),
            Type = Type,
            Name = Name,
            Category = Category,
            TimeMs = TimeMs,
            ReceivedAtMs = ReceivedAtMs,
            Identifiers = Identifiers,
            PreviousId = PreviousId,
            NamesUser = NamesUser,
            LeftOut = LeftOut,
            Source = Source,
            TraitRules = TraitRules,
            Traits = body.Slice(traits.Start, traits.Length),
            Properties = body.Slice(properties.Start, properties.Length),
            Context = body.Slice(context.Start, context.Length),
            Evidence = EvidenceReader.Read(Type, Name, contextJson, inContext, properties.In(body.Span)),
            Body = body,
        };
    }

    private static UInt128 HashOf(string messageId)
    {
        Span<byte> text = stackalloc byte[EventLimits.MaxMessageIdChars * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(messageId, text)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
