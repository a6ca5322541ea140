using System.Text.Json;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

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
        if (ConsentEvents.MayBe(e)) (Consent ??= new()).Fold(e);
        if (e.Traits.IsEmpty && e.Evidence is null) return;
        var origin = new Origin(e.OrderMs, e.Source.Priority, e.MessageId, StringPool.Shared.Intern(e.Source.Name));
        if (!e.Traits.IsEmpty) FoldTraits(e.Traits.Span, origin, e.TraitRules);
        if (e.Evidence is not null) FoldEvidence(e.Evidence, origin);
    }

    /// <summary>What an event counts as: its name, or its type if it has none.</summary>
    /// <param name="e">The event.</param>
    /// <returns>The name, interned.</returns>
    internal static string NameOf(CustomerEvent e) => e.Name is { } name ? StringPool.Shared.Intern(name) : TypeNames[(int)e.Type];

    /// <summary>Writes traits that came by the API.</summary>
    /// <param name="traits">A JSON object (UTF-8).</param>
    /// <param name="origin">Who wrote them and when.</param>
    /// <param name="rules">The rules that judge them.</param>
    public void Patch(ReadOnlySpan<byte> traits, Origin origin, WrittenRules rules)
    {
        Folded++;
        FoldTraits(traits, origin, rules);
    }

    /// <summary>Whether some of an event's traits are left out because the part has as many names as it may.</summary>
    /// <param name="traits">The event's traits, a JSON object (UTF-8) or empty.</param>
    /// <param name="rules">The rules that judge them.</param>
    /// <returns>True when at least one name is new and finds no place.</returns>
    public bool LeavesOutAny(ReadOnlySpan<byte> traits, WrittenRules rules)
    {
        if (traits.IsEmpty || Math.Max(Traits.Count, Aggregates?.Count ?? 0) + EventLimits.MaxTraits <= MaxTraits) return false;
        var free = MaxTraits - Traits.Count;
        var freeAggregates = MaxTraits - (Aggregates?.Count ?? 0);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(traits, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth + 1 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (rules.For(name) is { Resolve: not TraitResolve.Latest })
            {
                if (Aggregates?.TryGetValue(name, out _) != true && seen.Add(name) && --freeAggregates < 0) return true;
            }
            else if (!Traits.TryGetValue(name, out _) && seen.Add(name) && --free < 0)
            {
                return true;
            }

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

    private void FoldTraits(ReadOnlySpan<byte> traits, Origin origin, WrittenRules rules)
    {
        Dictionary<string, byte[]?>? judged = rules.IsEmpty ? null : new(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(traits, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth + 1 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = StringPool.Shared.Intern(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = reader.TokenType == JsonTokenType.Null ? null : traits[start..(int)reader.BytesConsumed].ToArray();
            // Of two members with one name in the same object the last one counts, as everywhere in JSON: a sum must not see both.
            if (judged is not null && rules.For(name) is not null) judged[name] = value;
            else Write(name, value, origin);
        }

        if (judged is null) return;
        foreach (var (name, value) in judged) Judge(rules.For(name)!, name, value, origin);
    }

    /// <summary>
    /// A write under a rule. A null removes, whatever the rule: it hides what was written before it until the next write. Only <c>sourcePriority</c> weighs
    /// it like any other value.
    /// </summary>
    private void Judge(TraitRule rule, string name, byte[]? value, Origin origin)
    {
        if (rule.IgnoreEmpty && IsEmpty(value)) return;
        if (rule.Resolve == TraitResolve.Latest || (value is null && rule.Resolve != TraitResolve.SourcePriority))
        {
            Write(name, value, origin);
            return;
        }

        if (!TraitAggregate.Takes(rule, value)) return;
        if (Aggregates?.Count >= MaxTraits && !Aggregates.TryGetValue(name, out _)) return;
        ref var aggregate = ref (Aggregates ??= new()).ValueRefOrAddDefault(name, out _);
        (aggregate ??= new()).Fold(rule, value, origin);
    }

    private static bool IsEmpty(byte[]? value) =>
        value is null || value.AsSpan().SequenceEqual("\"\""u8) || (value[0] == (byte)'[' && value.AsSpan(1).Trim(" \t\r\n"u8).SequenceEqual("]"u8));

    private void Write(string name, byte[]? value, Origin origin)
    {
        if (Traits.Count >= MaxTraits && !Traits.TryGetValue(name, out _)) return;
        ref var register = ref Traits.ValueRefOrAddDefault(name, out var exists);
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
