namespace Cdp.Core.Audiences.Consent;

/// <summary>What a person said once: one line of a consent history.</summary>
/// <param name="Purpose">What for: 1 to 64 of <c>a-z 0-9 _ -</c>.</param>
/// <param name="Channel">On which channel, of the same characters; null for the purpose as a whole.</param>
/// <param name="State">What was said.</param>
/// <param name="AtMs">Unix milliseconds: event time, capped at the arrival.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Proof">What shows that it was said, such as the text that was agreed to; at most 1,024 characters, longer ones are cut. Personal data.</param>
/// <param name="MessageId">The event.</param>
public sealed record ConsentRecord(string Purpose, string? Channel, ConsentState State, long AtMs, string Source, string? Proof, string MessageId);
