using Cdp.Core.Events;
using Cdp.Core.Identity;

namespace Cdp.Simulation.Plans;

/// <summary>One event as a sender makes it.</summary>
/// <param name="MessageId">The sender's id.</param>
/// <param name="Type">The call.</param>
/// <param name="Identifiers">What it carries, in any order.</param>
/// <param name="Previous">For an alias: the previous id.</param>
/// <param name="Traits">Trait names and values of an identify.</param>
/// <param name="AgeMs">How long before the operation it happened.</param>
/// <param name="Source">The write key's source.</param>
/// <param name="Place">Where it happened; null when it does not say.</param>
internal sealed record EventSpec(
    string MessageId,
    EventType Type,
    IReadOnlyList<Identifier> Identifiers,
    string? Previous,
    IReadOnlyList<(string Name, int Value)> Traits,
    int AgeMs,
    EventSource Source,
    int? Place = null);

/// <summary>Something that a client does, once it is done with what it did before.</summary>
/// <param name="Client">The client, from 0.</param>
internal abstract record Operation(int Client);

/// <summary>Sends a batch, again and again until each of its events is answered for good.</summary>
internal sealed record Ingest(int Client, IReadOnlyList<EventSpec> Events) : Operation(Client);

/// <summary>Reads a profile by an identifier.</summary>
internal sealed record Read(int Client, Identifier Identifier) : Operation(Client);

/// <summary>Says where a device has been, again and again until it is taken.</summary>
/// <param name="Client">The client.</param>
/// <param name="Identifier">Names the customer.</param>
/// <param name="Device">The device.</param>
/// <param name="Fixes">Places, and how long before the operation it was there, in milliseconds; in any order.</param>
internal sealed record Walk(int Client, Identifier Identifier, string Device, IReadOnlyList<(int Place, int AgeMs)> Fixes) : Operation(Client);

/// <summary>Writes a trait by the API.</summary>
internal sealed record Patch(int Client, Identifier Identifier, int Value) : Operation(Client);

/// <summary>Merges two profiles by hand.</summary>
internal sealed record Merge(int Client, Identifier Survivor, Identifier Absorbed) : Operation(Client);

/// <summary>Takes one of a profile's merges back.</summary>
/// <param name="Client">The client.</param>
/// <param name="Identifier">Names the profile.</param>
/// <param name="Pick">Chooses the merge, modulo their number.</param>
/// <param name="NeverMerge">Whether the two are barred from each other.</param>
internal sealed record Unmerge(int Client, Identifier Identifier, int Pick, bool NeverMerge) : Operation(Client);

/// <summary>Makes a profile of its own of an identifier.</summary>
internal sealed record SplitOff(int Client, Identifier Identifier, bool NeverMerge) : Operation(Client);

/// <summary>Erases a profile.</summary>
internal sealed record Erase(int Client, Identifier Identifier, bool Suppress) : Operation(Client);
