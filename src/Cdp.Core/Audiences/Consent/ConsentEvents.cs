using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Consent;

/// <summary>
/// Reads what events say of consent. A track named <c>Consent Updated</c> carries it in its properties, either one
/// <c>{"purpose":"marketing","channel":"email","state":"granted","proof":"…"}</c> or several as <c>{"consents":[…]}</c>. A track named
/// <c>Segment Consent Preference Updated</c> carries it in <c>context.consent.categoryPreferences</c>, name to true or false; categories that it does not
/// name stay as they were.
/// </summary>
public static class ConsentEvents
{
    /// <summary>The name of our own event.</summary>
    public const string Name = "Consent Updated";

    /// <summary>The name of the event that Segment's consent wrapper sends.</summary>
    public const string SegmentName = "Segment Consent Preference Updated";

    /// <summary>Statements of one event that are read.</summary>
    public const int MaxPerEvent = 50;

    private const int MaxProofChars = 1_024;

    /// <summary>Whether an event is one of those that say something of consent.</summary>
    /// <param name="e">The event.</param>
    /// <returns>True when it has to be read.</returns>
    public static bool MayBe(CustomerEvent e) => e.Type == EventType.Track && e.Name is Name or SegmentName;

    /// <summary>Reads one event.</summary>
    /// <param name="e">The event.</param>
    /// <returns>What it says; empty when it says nothing that can be read.</returns>
    public static IReadOnlyList<ConsentRecord> Read(CustomerEvent e)
    {
        if (e.Type != EventType.Track) return [];
        if (e.Name == Name) return ReadOwn(e);
        return e.Name == SegmentName ? ReadSegment(e) : [];
    }

    /// <summary>The history of a profile: everything that its events say, in the order of their times.</summary>
    /// <param name="events">The events of all parts.</param>
    /// <returns>The records, oldest first.</returns>
    public static IReadOnlyList<ConsentRecord> History(IEnumerable<CustomerEvent> events) =>
        [.. events.SelectMany(Read).OrderBy(r => r.AtMs).ThenBy(r => r.MessageId, StringComparer.Ordinal)];

    private static List<ConsentRecord> ReadOwn(CustomerEvent e)
    {
        var json = e.Properties.Span;
        List<ConsentRecord> records = [];
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (!members.Name.SequenceEqual("consents"u8) || members.Value.Kind != JsonTokenType.StartArray) continue;
            var array = members.Value.In(json);
            var items = new JsonMembers(array);
            while (records.Count < MaxPerEvent && items.Next())
            {
                if (items.Value.IsObject && ReadOne(e, items.Value.In(array)) is { } record) records.Add(record);
            }

            return records;
        }

        if (ReadOne(e, json) is { } only) records.Add(only);
        return records;
    }

    private static ConsentRecord? ReadOne(CustomerEvent e, ReadOnlySpan<byte> json)
    {
        string? purpose = null, channel = null, state = null, proof = null;
        var hasChannel = false;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            var text = JsonText.ReadString(json, members.Value);
            if (members.Name.SequenceEqual("purpose"u8)) purpose = Normalize(text);
            else if (members.Name.SequenceEqual("channel"u8)) (hasChannel, channel) = (members.Value.HasValue, Normalize(text));
            else if (members.Name.SequenceEqual("state"u8)) state = text;
            else if (members.Name.SequenceEqual("proof"u8)) proof = text is null ? null : JsonText.Cut(text, MaxProofChars);
        }

        // A channel that cannot be read must not turn into a statement on all channels.
        var said = Array.IndexOf(ConsentWords.States, state);
        if (purpose is null || said < 0 || (hasChannel && channel is null)) return null;
        return new(purpose, channel, (ConsentState)said, e.OrderMs, e.Source.Name, proof, e.MessageId);
    }

    private static List<ConsentRecord> ReadSegment(CustomerEvent e)
    {
        List<ConsentRecord> records = [];
        var json = e.Context.Span;
        var preferences = Values.JsonPath.Of("consent.categoryPreferences").FindIn(json);
        if (!preferences.IsObject) return records;
        var members = new JsonMembers(preferences.In(json));
        while (records.Count < MaxPerEvent && members.Next())
        {
            if (members.Value.Kind is not (JsonTokenType.True or JsonTokenType.False)) continue;
            var state = members.Value.Kind == JsonTokenType.True ? ConsentState.Granted : ConsentState.Denied;
            if (Normalize(System.Text.Encoding.UTF8.GetString(members.Name)) is { } purpose)
                records.Add(new(purpose, null, state, e.OrderMs, e.Source.Name, null, e.MessageId));
        }

        return records;
    }

    // Rules name purposes as ids; what consent tools call "Marketing Cookies" is marketing-cookies.
    private static string? Normalize(string? text)
    {
        var trimmed = text?.Trim().ToLowerInvariant();
        return trimmed is { Length: >= 1 and <= 64 } && char.IsAsciiLetterOrDigit(trimmed[0])
            ? string.Create(trimmed.Length, trimmed, (span, from) =>
            {
                for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] == '_' ? from[i] : '-';
            })
            : null;
    }
}
