using Cdp.Core.Events.Json;

namespace Cdp.Core.Events;

/// <summary>
/// Reads where a visitor came from. There is a touch only when the event names a campaign or a click id, or a referrer on another site: page views within
/// the site are none. <c>context.campaign</c> counts as a whole before the URL's <c>utm_*</c>, so that two campaigns never mix.
/// </summary>
internal ref struct TouchReader
{
    private string? source;
    private string? medium;
    private string? campaign;
    private string? term;
    private string? content;
    private string? clickId;

    /// <summary>Reads the touch.</summary>
    /// <param name="campaignJson"><c>context.campaign</c>, or empty.</param>
    /// <param name="page">The page seen.</param>
    /// <param name="search">The page's query when its URL has none, or null.</param>
    /// <returns>The touch, or null.</returns>
    public static Touch? Read(ReadOnlySpan<byte> campaignJson, PageView? page, string? search)
    {
        var reader = default(TouchReader);
        reader.ReadCampaign(campaignJson);
        if (page?.Url is not null || search is not null)
        {
            var query = UrlParts.Query(page?.Url);
            reader.ReadQuery(query.IsEmpty ? UrlParts.Query(search) : query, !reader.HasCampaign);
        }

        var referrer = IsExternal(page) ? page!.Referrer : null;
        return !reader.HasCampaign && reader.clickId is null && referrer is null
            ? null
            : new(reader.source, reader.medium, reader.campaign, reader.term, reader.content, reader.clickId, referrer, page?.Url);
    }

    private readonly bool HasCampaign => (source ?? medium ?? campaign ?? term ?? content) is not null;

    private static bool IsExternal(PageView? page)
    {
        var from = UrlParts.Host(page?.Referrer);
        return !from.IsEmpty && !UrlParts.SameSite(from, UrlParts.Host(page!.Url));
    }

    private void ReadCampaign(ReadOnlySpan<byte> json)
    {
        var members = new JsonMembers(json);
        while (members.Next())
        {
            var name = members.Name;
            if (name.SequenceEqual("source"u8))
                source = EvidenceReader.Text(json, members.Value);
            else if (name.SequenceEqual("medium"u8))
                medium = EvidenceReader.Text(json, members.Value);
            else if (name.SequenceEqual("name"u8))
                campaign = EvidenceReader.Text(json, members.Value);
            else if (name.SequenceEqual("term"u8))
                term = EvidenceReader.Text(json, members.Value);
            else if (name.SequenceEqual("content"u8))
                content = EvidenceReader.Text(json, members.Value);
        }
    }

    private void ReadQuery(ReadOnlySpan<char> query, bool utm)
    {
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if (equals <= 0)
                continue;
            var value = pair[(equals + 1)..];
            switch (pair[..equals])
            {
                case "utm_source" when utm: source = UrlParts.Decode(value); break;
                case "utm_medium" when utm: medium = UrlParts.Decode(value); break;
                case "utm_campaign" when utm: campaign = UrlParts.Decode(value); break;
                case "utm_term" when utm: term = UrlParts.Decode(value); break;
                case "utm_content" when utm: content = UrlParts.Decode(value); break;
                case "gclid" or "fbclid" or "msclkid" or "ttclid" or "dclid" or "gbraid" or "wbraid" when clickId is null:
                    clickId = UrlParts.Decode(value) is { } id ? string.Concat(pair[..equals], ":", id) : null;
                    break;
            }
        }
    }
}
