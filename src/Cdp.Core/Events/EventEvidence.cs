namespace Cdp.Core.Events;

/// <summary>What an event says of page, campaign and device. Evidence only: none of it identifies anybody.</summary>
/// <param name="Page">The page seen; null when the event names none.</param>
/// <param name="Touch">Where the visitor came from; null when the event does not say.</param>
/// <param name="Device">The device or browser; null when the event does not say.</param>
/// <param name="Ip">The address that the event itself carries in <c>context.ip</c>; null when it carries none.</param>
public sealed record EventEvidence(PageView? Page, Touch? Touch, DeviceInfo? Device, string? Ip);

/// <summary>A page. Every text is at most 2,048 characters, longer ones are cut.</summary>
#pragma warning disable CS1573 // The field's own names.
public sealed record PageView(string? Url, string? Path, string? Title, string? Referrer, string? Name);

/// <summary>A marketing touch: UTM parameters from <c>context.campaign</c>, else from the page URL's query; click ids likewise; the referrer.</summary>
public sealed record Touch(
    string? Source, string? Medium, string? Campaign, string? Term, string? Content, string? ClickId, string? Referrer, string? Url);

/// <summary>A device or browser; <paramref name="Key"/> is the device id if there is one, else a hash of what is known of it.</summary>
public sealed record DeviceInfo(string Key, string? Type, string? Manufacturer, string? Model, string? Os, string? UserAgent);
#pragma warning restore CS1573
