namespace Cdp.Core.Events;

/// <summary>Where events come from: what the key that they arrived under says of them.</summary>
/// <param name="Name">The source's name as shown beside values; never the key itself.</param>
/// <param name="Priority">Decides between trait values of the same event time: the higher one wins. Default 0.</param>
/// <param name="Trusted">True when the key is held by a back end: it may move identifiers that others must not.</param>
/// <param name="SharedDevice">True for a kiosk or call-centre browser: its device identifiers never bridge two people.</param>
public sealed record EventSource(string Name, int Priority = 0, bool Trusted = false, bool SharedDevice = false);
