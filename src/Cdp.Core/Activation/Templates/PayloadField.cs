using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.Core.Activation.Definitions;
using Cdp.Core.Audiences.Values;
using Cdp.Core.Events;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Activation.Templates;

/// <summary>A place that a placeholder names, such as <c>profile.traits.first_name</c>.</summary>
/// <param name="Path">The whole path.</param>
/// <param name="Read">Reads the value as UTF-8 JSON; empty when there is none.</param>
internal sealed record PayloadField(string Path, Func<PayloadContext, ReadOnlyMemory<byte>> Read)
{
    /// <summary>What may stand in a placeholder, in words, by the kind of occasion that a trigger waits for.</summary>
    public static string Expected(OccasionKind kind) =>
        "profile.id, profile.traits.…, profile.computed.…, profile.identifiers.…, trigger.id, trigger.version, decision.id, now" + kind switch
        {
            OccasionKind.Audience => ", audience.id, audience.change, audience.at",
            OccasionKind.Fence => ", fence.id, fence.move, fence.tags, fence.dwellSeconds, fence.at",
            OccasionKind.Computed => ", computed.id, computed.value" + OfEvents,
            _ => OfEvents,
        };

    private const string OfEvents = ", event.name, event.type, event.messageId, event.timestamp, event.properties.…, event.context.…";

    /// <summary>Finds what a path names.</summary>
    /// <param name="path">The path.</param>
    /// <param name="kind">The kind of occasion that the trigger waits for: what no occasion of that kind has is not found.</param>
    /// <returns>The field; null when there is none.</returns>
    public static PayloadField? Find(string path, OccasionKind kind)
    {
        var names = path.Split('.');
        if (names.Length > 10 || names.Contains("")) return null;
        var read = names switch
        {
            ["profile", "id"] => _ => Text(_.Facts.Customer.ToString()),
            ["profile", "traits", var trait, ..] => OfTrait(trait, JsonPath.Of(string.Join('.', names[2..]))),
            ["profile", "computed", var id] => OfComputed(id),
            ["profile", "identifiers", var type] => c => c.Facts.Identifiers.FirstOrDefault(i => i.Type == type) is { Value: { } value } ? Text(value) : default,
            ["trigger", "id"] => c => Text(c.Trigger.Id),
            ["trigger", "version"] => c => Raw(c.Trigger.Version.ToString(CultureInfo.InvariantCulture)),
            ["decision", "id"] => c => Text(c.DecisionId),
            ["now"] => c => Time(c.NowMs),
            ["event", ..] when kind is OccasionKind.Event or OccasionKind.Computed => OfEvent(names),
            ["audience", var member] when kind == OccasionKind.Audience => OfAudience(member),
            ["fence", var member] when kind == OccasionKind.Fence => OfFence(member),
            ["computed", "id"] when kind == OccasionKind.Computed => c => Text(c.Occasion.Subject),
            ["computed", "value"] when kind == OccasionKind.Computed => c => OfComputed(c.Occasion.Subject)(c),
            _ => (Func<PayloadContext, ReadOnlyMemory<byte>>?)null,
        };
        return read is null ? null : new(path, read);
    }

    /// <summary>The computed trait that the path reads; null when it reads none.</summary>
    public string? Computed => Path.Split('.') is ["profile", "computed", var id] ? id : null;

    private static Func<PayloadContext, ReadOnlyMemory<byte>> OfTrait(string name, JsonPath path) => c =>
    {
        var json = c.Facts.Profile.Trait(name);
        return Copy(json, path.Below(json, JsonWhole.Of(json)));
    };

    private static Func<PayloadContext, ReadOnlyMemory<byte>> OfComputed(string id) => c =>
        c.Plan.ComputedAt(id) is >= 0 and var at && c.Plan.Audiences.Compute(at, c.Facts.Profile.Windows, c.NowMs).Json is { } json ? Raw(json) : default;

    private static Func<PayloadContext, ReadOnlyMemory<byte>>? OfEvent(string[] names) => names switch
    {
        ["event", "name"] => c => c.Occasion.Event?.Name is { } name ? Text(name) : default,
        ["event", "type"] => c => c.Occasion.Event is { } e ? Text(EventTypes.NameOf(e.Type)) : default,
        ["event", "messageId"] => c => c.Occasion.Event is { } e ? Text(e.MessageId) : default,
        ["event", "timestamp"] => c => c.Occasion.Event is { } e ? Time(e.TimeMs) : default,
        ["event", "properties", _, ..] => OfJson(JsonPath.Of(string.Join('.', names[2..])), e => e.Properties),
        ["event", "context", _, ..] => OfJson(JsonPath.Of(string.Join('.', names[2..])), e => e.Context),
        _ => null,
    };

    private static Func<PayloadContext, ReadOnlyMemory<byte>> OfJson(JsonPath path, Func<CustomerEvent, ReadOnlyMemory<byte>> partOf) => c =>
    {
        if (c.Occasion.Event is not { } e) return default;
        var json = partOf(e).Span;
        return Copy(json, path.FindIn(json));
    };

    private static Func<PayloadContext, ReadOnlyMemory<byte>>? OfAudience(string member) => member switch
    {
        "id" => c => Text(c.Occasion.Subject),
        "change" => c => Text(c.Occasion.Change!.Kind == Audiences.Membership.ChangeKind.Enter ? "enter" : "exit"),
        "at" => c => Time(c.Occasion.AtMs),
        _ => null,
    };

    private static Func<PayloadContext, ReadOnlyMemory<byte>>? OfFence(string member) => member switch
    {
        "id" => c => Text(c.Occasion.Subject),
        "move" => c => Text(FenceWhen.Moves[(int)c.Occasion.Transition!.Move]),
        "tags" => c => JsonSerializer.SerializeToUtf8Bytes(c.Occasion.Transition!.Tags),
        "dwellSeconds" => c => c.Occasion.Transition!.DwellSeconds is { } seconds ? Raw(seconds.ToString("0.###", CultureInfo.InvariantCulture)) : default,
        "at" => c => Time(c.Occasion.AtMs),
        _ => null,
    };

    // Of a string the slice leaves out the quotes.
    private static ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> json, JsonSlice slice) =>
        !slice.HasValue ? default : (slice.IsString ? json.Slice(slice.Start - 1, slice.Length + 2) : slice.In(json)).ToArray();

    private static ReadOnlyMemory<byte> Text(string text) => JsonSerializer.SerializeToUtf8Bytes(text);

    private static ReadOnlyMemory<byte> Time(long ms) => Text(PayloadTime.Of(ms));

    private static ReadOnlyMemory<byte> Raw(string json) => Encoding.UTF8.GetBytes(json);
}
