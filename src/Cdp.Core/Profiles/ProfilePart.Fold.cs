using System.Text.Json;
using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Core.Profiles;

public sealed partial class ProfilePart
{
    private static readonly string[] TypeNames = ["", "identify", "track", "page", "screen", "group", "alias"];

    /// <summary>Folds one event in. The cost does not depend on what was folded in before.</summary>
    /// <param name="e">The event.</param>
    /// <param name="anchor">The identifier that it came in by.</param>
    public void Fold(CustomerEvent e, Identifier anchor)
    {
        Folded++;
        EventCount++;
        Count(NameOf(e));
        if (e.NamesUser && e.Type is EventType.Identify or EventType.Alias) IsIdentified = true;
        if (e.OrderMs < FirstSeenMs) FirstSeenMs = e.OrderMs;
        if (e.OrderMs > LastSeenMs) LastSeenMs = e.OrderMs;
        Seen.Add(new MessageWindow.Entry(e.MessageHash, e.ReceivedAtMs, anchor));
        if (e.Traits.IsEmpty && e.Evidence is null) return;
        var origin = new Origin(e.OrderMs, e.Source.Priority, e.MessageId, StringPool.Shared.Intern(e.Source.Name));
        if (!e.Traits.IsEmpty) FoldTraits(e.Traits.Span, origin);
        if (e.Evidence is not null) FoldEvidence(e.Evidence, origin);
    }

    /// <summary>What an event counts as: its name, or its type if it has none.</summary>
    /// <param name="e">The event.</param>
    /// <returns>The name, interned.</returns>
    internal static string NameOf(CustomerEvent e) => e.Name is { } name ? StringPool.Shared.Intern(name) : TypeNames[(int)e.Type];

    /// <summary>Writes traits that came by the API.</summary>
    /// <param name="traits">A JSON object (UTF-8).</param>
    /// <param name="origin">Who wrote them and when.</param>
    public void Patch(ReadOnlySpan<byte> traits, Origin origin)
    {
        Folded++;
        FoldTraits(traits, origin);
    }

    /// <summary>Whether some of an event's traits are left out because the part has as many names as it may.</summary>
    /// <param name="traits">The event's traits, a JSON object (UTF-8) or empty.</param>
    /// <returns>True when at least one name is new and finds no place.</returns>
    public bool LeavesOutAny(ReadOnlySpan<byte> traits)
    {
        if (traits.IsEmpty || Traits.Count + EventLimits.MaxTraits <= MaxTraits) return false;
        var free = MaxTraits - Traits.Count;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(traits, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth + 1 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!Traits.TryGetValue(name, out _) && seen.Add(name) && --free < 0) return true;
            reader.Read();
            reader.Skip();
        }

        return false;
    }

    private void Count(string name)
    {
        if (Events.Count >= MaxEventNames && !Events.TryGetValue(name, out _)) return;
        Events.ValueRefOrAddDefault(name, out _)++;
    }

    private void FoldTraits(ReadOnlySpan<byte> traits, Origin origin)
    {
        var reader = new Utf8JsonReader(traits, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth + 1 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = StringPool.Shared.Intern(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                Write(name, null, origin);
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Write(name, traits[start..(int)reader.BytesConsumed].ToArray(), origin);
        }
    }

    private void Write(string name, byte[]? value, Origin origin)
    {
        if (Traits.Count >= MaxTraits && !Traits.TryGetValue(name, out _)) return;
        ref var register = ref Traits.ValueRefOrAddDefault(name, out var exists);
        // Of two members with one name in the same object the last one counts, as everywhere in JSON.
        if (!exists || origin >= register.Origin) register = new Register<byte[]?>(value, origin);
    }

    private void FoldEvidence(EventEvidence evidence, Origin origin)
    {
        if (evidence.Page is { } page) LastPage = Register<PageView>.Latest(LastPage, new(page, origin));
        if (evidence.Touch is { } touch)
        {
            var register = new Register<Touch>(touch, origin);
            FirstTouch = Register<Touch>.Earliest(FirstTouch, register);
            LastTouch = Register<Touch>.Latest(LastTouch, register);
        }

        if (evidence.Device is { } device) (Devices ??= new(MaxDevices)).Add(device.Key, origin.OrderMs, device);
        if (evidence.Ip is { } ip) (Ips ??= new(MaxIps)).Add(ip, origin.OrderMs, ip);
    }
}
