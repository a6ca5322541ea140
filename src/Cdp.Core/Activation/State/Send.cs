namespace Cdp.Core.Activation.State;

/// <summary>A send as caps and cool-downs count it, kept only as long as one of them asks for it.</summary>
/// <param name="Key">The first 64 bits of the decision's id.</param>
/// <param name="AtMs">Unix milliseconds: when it is due, which for one that was put off is later than its decision.</param>
/// <param name="KeepUntilMs">Unix milliseconds until which it counts, by the definitions that were in force when it was decided.</param>
/// <param name="Trigger">The trigger's id.</param>
/// <param name="Channel">The channel; null when the trigger names none.</param>
/// <param name="Message">The message's name; null when the trigger names none.</param>
public sealed record Send(ulong Key, long AtMs, long KeepUntilMs, string Trigger, string? Channel, string? Message);
