namespace Cdp.Core.Identity;

/// <summary>Why something was decided about an event or one of its identifiers. Nothing is refused silently.</summary>
/// <param name="Code">A stable code out of <see cref="ReasonCodes"/>.</param>
/// <param name="Identifier">The identifier concerned as <c>type:value</c>, or null when it is about the whole event.</param>
/// <param name="Detail">A sentence for people, in English; null when the code says it all.</param>
public sealed record Reason(string Code, string? Identifier = null, string? Detail = null);
