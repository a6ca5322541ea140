using Cdp.Core.Events.Json;

namespace Cdp.Core.Events;

/// <summary>
/// Reads <see cref="EventEvidence"/> out of context and properties, the same way when an event arrives and when the journal is read. Whatever has a wrong
/// type is passed over: evidence never fails an event.
/// </summary>
internal static class EvidenceReader
{
    /// <summary>A longer text is cut.</summary>
    public const int MaxChars = 2_048;

    /// <summary>Reads it.</summary>
    /// <param name="type">The call.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="context">The context object, or empty.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="properties">The properties object, or empty.</param>
    /// <returns>The evidence, or null when there is none.</returns>
    public static EventEvidence? Read(
        EventType type, string? name, ReadOnlySpan<byte> context, in ContextFields fields, ReadOnlySpan<byte> properties)
    {
        // A page call describes the page in its properties; the context says only where the browser stood. A screen is no page: it must not replace one.
        var isPage = type is EventType.Page;
        var page = default(PageParts);
        page.Read(fields.Page.In(context));
        if (isPage)
        {
            page.Name = null;
            page.Read(properties);
        }

        var view = page.ToView(isPage ? name : null);
        var touch = TouchReader.Read(fields.Campaign.In(context), view, page.Search);
        var device = DeviceReader.Read(context, fields);
        var ip = Text(context, fields.Ip);
        if (ip is { Length: > 45 })
            ip = null;
        return view is null && touch is null && device is null && ip is null ? null : new(view, touch, device, ip);
    }

    /// <summary>A text of at most 2,048 characters, or null when the value is none or empty.</summary>
    public static string? Text(ReadOnlySpan<byte> json, JsonSlice slice)
    {
        if (!slice.IsString || slice.Length == 0)
            return null;
        var text = JsonText.Cut(JsonText.Read(json, slice), MaxChars);
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private struct PageParts
    {
        private string? url;
        private string? path;
        private string? title;
        private string? referrer;

        public string? Name;
        public string? Search;

        public void Read(ReadOnlySpan<byte> json)
        {
            var members = new JsonMembers(json);
            while (members.Next())
            {
                var name = members.Name;
                if (name.SequenceEqual("url"u8))
                    url = Text(json, members.Value) ?? url;
                else if (name.SequenceEqual("path"u8))
                    path = Text(json, members.Value) ?? path;
                else if (name.SequenceEqual("title"u8))
                    title = Text(json, members.Value) ?? title;
                else if (name.SequenceEqual("referrer"u8))
                    referrer = Text(json, members.Value) ?? referrer;
                else if (name.SequenceEqual("name"u8))
                    Name = Text(json, members.Value) ?? Name;
                else if (name.SequenceEqual("search"u8))
                    Search = Text(json, members.Value) ?? Search;
            }
        }

        public readonly PageView? ToView(string? name)
        {
            name ??= Name;

            // What Rudder's browser SDK writes when there is no referrer.
            var from = referrer == "$direct" ? null : referrer;
            return (url ?? path ?? title ?? from ?? name) is null ? null : new(url, path, title, from, name);
        }
    }
}
