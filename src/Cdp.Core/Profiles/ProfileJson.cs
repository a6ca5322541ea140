using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Core.Audiences.Consent;
using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Traits;

namespace Cdp.Core.Profiles;

/// <summary>Makes the answer of <c>GET /v1/profiles/{ref}</c> (design.md section 7).</summary>
internal static class ProfileJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ProfileView Make(CustomerState state, string workspace, IdentityRules rules, ProfileExtras extras)
    {
        var combined = Combined.Of(state.Parts);
        Link[] links = [.. state.Links.Values
            .OrderBy(l => rules.TypeOf(l.Identifier.Type).Priority)
            .ThenBy(l => l.LinkedAtMs)
            .ThenBy(l => l.Identifier)];
        var identifiers = Write(json => WriteIdentifiers(json, links, state.Listed));
        var whole = Write(json => WriteProfile(json, state, workspace, rules, extras, combined, identifiers));
        var version = state.Version;
        return new ProfileView
        {
            Id = state.Id,
            Version = version,
            Json = whole,
            TryMakeProvenanceAsync = ProvenanceOf(state, version),
            Identifiers = [.. links.Select(l => l.Identifier)],
            IdentifiersJson = whole.AsMemory(whole.AsSpan().IndexOf(identifiers), identifiers.Length),
            Streams = [state.Id, .. state.Absorbed.Select(a => a.Stream)],
            ETag = $"{state.Id}-{state.Version}{extras.Tag}",
        };
    }

    // A closure of its own: in Make it would keep everything alive that the other lambdas there have captured.
    private static Func<ValueTask<byte[]?>> ProvenanceOf(CustomerState state, long version) => () => new(state.Provenance(version));

    public static byte[] Provenance(CustomerState state) => Write(json => WriteProvenance(json, Combined.Of(state.Parts)));

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options)) content(json);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteProfile(
        Utf8JsonWriter json, CustomerState state, string workspace, IdentityRules rules, ProfileExtras extras, Combined combined, byte[] identifiers)
    {
        json.WriteStartObject();
        json.WriteString("id", state.Id.Value);
        json.WriteString("workspace", workspace);
        WriteTime(json, "createdAt", combined.FirstSeenMs == long.MaxValue ? state.UpdatedAtMs : combined.FirstSeenMs);
        WriteTime(json, "updatedAt", state.UpdatedAtMs);
        WriteTime(json, "lastSeenAt", combined.LastSeenMs == long.MinValue ? state.UpdatedAtMs : combined.LastSeenMs);
        json.WriteNumber("version", state.Version);
        json.WriteBoolean("identified", state.IsIdentified(rules));
        json.WritePropertyName("identifiers");
        json.WriteRawValue(identifiers, skipInputValidation: true);
        json.WriteStartArray("mergedIds");
        foreach (var (stream, _) in state.Absorbed) json.WriteStringValue(stream.Value);
        json.WriteEndArray();
        WriteTraits(json, combined);
        WriteComputed(json, combined, extras);
        json.WriteStartArray("audiences");
        foreach (var audience in extras.Audiences) json.WriteStringValue(audience);
        json.WriteEndArray();
        json.WritePropertyName("consent");
        ConsentJson.Write(json, state.Consent);
        json.WriteEndObject();
    }

    private static void WriteIdentifiers(Utf8JsonWriter json, Link[] links, IReadOnlyCollection<ListedLink> listed)
    {
        json.WriteStartArray();
        foreach (var link in links) WriteIdentifier(json, link.Identifier, link.LinkedAtMs, link.LastSeenMs, link.Source, isShared: false);
        foreach (var parts in listed.GroupBy(l => l.Identifier).OrderBy(g => g.Min(l => l.LinkedAtMs)).ThenBy(g => g.Key))
        {
            // The source is that of the first link, as everywhere; of two at the same time, of the lower part.
            var first = parts.OrderBy(l => l.LinkedAtMs).ThenBy(l => l.Part).First();
            WriteIdentifier(json, first.Identifier, first.LinkedAtMs, parts.Max(l => l.LastSeenMs), first.Source, isShared: true);
        }

        json.WriteEndArray();
    }

    private static void WriteIdentifier(Utf8JsonWriter json, Identifier identifier, long linkedAtMs, long lastSeenMs, string source, bool isShared)
    {
        json.WriteStartObject();
        json.WriteString("type", identifier.Type);
        json.WriteString("value", identifier.Value);
        WriteTime(json, "linkedAt", linkedAtMs);
        WriteTime(json, "lastSeenAt", lastSeenMs);
        json.WriteString("source", source);
        if (isShared) json.WriteBoolean("shared", true);
        json.WriteEndObject();
    }

    private static void WriteTraits(Utf8JsonWriter json, Combined combined)
    {
        json.WriteStartObject("traits");
        foreach (var (name, (register, _)) in combined.Traits)
        {
            if (register.Value is not { } value) continue;
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteComputed(Utf8JsonWriter json, Combined combined, ProfileExtras extras)
    {
        json.WriteStartObject("computed");
        json.WriteNumber("eventCount", combined.EventCount);
        json.WriteStartObject("events");
        foreach (var (name, count) in combined.Events) json.WriteNumber(name, count);
        json.WriteEndObject();
        WriteTouch(json, "firstTouch", combined.FirstTouch);
        WriteTouch(json, "lastTouch", combined.LastTouch);
        WritePage(json, combined.LastPage);
        json.WriteStartArray("devices");
        foreach (var (key, seenMs, device) in combined.Devices.Entries) WriteDevice(json, key, seenMs, device);
        json.WriteEndArray();
        json.WriteStartArray("ips");
        foreach (var (ip, seenMs, _) in combined.Ips.Entries)
        {
            json.WriteStartObject();
            json.WriteString("ip", ip);
            WriteTime(json, "lastSeenAt", seenMs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (extras.Computed.Count > 0)
        {
            json.WriteStartObject("traits");
            foreach (var (id, value) in extras.Computed)
            {
                json.WritePropertyName(id);
                json.WriteRawValue(value, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteTouch(Utf8JsonWriter json, string name, Register<Touch>? touch)
    {
        if (touch is not { } seen)
        {
            json.WriteNull(name);
            return;
        }

        var (source, medium, campaign, term, content, clickId, referrer, url) = seen.Value;
        json.WriteStartObject(name);
        WriteTime(json, "at", seen.Origin.OrderMs);
        WriteText(json, "source", source);
        WriteText(json, "medium", medium);
        WriteText(json, "campaign", campaign);
        WriteText(json, "term", term);
        WriteText(json, "content", content);
        WriteText(json, "clickId", clickId);
        WriteText(json, "referrer", referrer);
        WriteText(json, "url", url);
        json.WriteEndObject();
    }

    private static void WritePage(Utf8JsonWriter json, Register<PageView>? page)
    {
        if (page is not { } seen)
        {
            json.WriteNull("lastPage");
            return;
        }

        var (url, path, title, referrer, name) = seen.Value;
        json.WriteStartObject("lastPage");
        WriteTime(json, "at", seen.Origin.OrderMs);
        WriteText(json, "url", url);
        WriteText(json, "path", path);
        WriteText(json, "title", title);
        WriteText(json, "referrer", referrer);
        WriteText(json, "name", name);
        json.WriteEndObject();
    }

    private static void WriteDevice(Utf8JsonWriter json, string key, long seenMs, DeviceInfo device)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        WriteText(json, "type", device.Type);
        WriteText(json, "manufacturer", device.Manufacturer);
        WriteText(json, "model", device.Model);
        WriteText(json, "os", device.Os);
        WriteText(json, "userAgent", device.UserAgent);
        WriteTime(json, "lastSeenAt", seenMs);
        json.WriteEndObject();
    }

    private static void WriteProvenance(Utf8JsonWriter json, Combined combined)
    {
        json.WriteStartObject();
        foreach (var (name, (register, stream)) in combined.Traits)
        {
            if (register.Value is null) continue;
            json.WriteStartObject(name);
            json.WriteString("source", register.Origin.Source);
            WriteTime(json, "timestamp", register.Origin.OrderMs);
            json.WriteString("messageId", register.Origin.MessageId);
            json.WriteString("stream", stream.Value);
            json.WriteString("rule", TraitResolveNames.NameOf(combined.Resolved.GetValueOrDefault(name)));
            // Every value so far came in by a deterministic identifier.
            json.WriteNumber("confidence", 1);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    internal static void WriteTime(Utf8JsonWriter json, string name, long unixMs)
    {
        Span<char> text = stackalloc char[24];
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ");
        json.WriteString(name, text[..length]);
    }
}
