using System.Collections.Frozen;
using Cdp.Core.Audiences.Events;
using Cdp.Core.Audiences.State;

namespace Cdp.Core.Audiences;

/// <summary>A selector of a plan with all that it feeds.</summary>
/// <param name="Selector">Which events.</param>
/// <param name="Targets">The accumulators, the selector's place in each, and the audiences that read it.</param>
internal sealed record EventFeed(EventSelector Selector, (Accumulator Accumulator, int Selector, int[] Audiences)[] Targets);

/// <summary>From what changed to what has to be done.</summary>
internal sealed class PlanIndex
{
    public required FrozenDictionary<ulong, Accumulator> Accumulators { get; init; }

    public required FrozenDictionary<string, EventFeed[]> ByName { get; init; }

    /// <summary>Feeds of selectors that take any name.</summary>
    public required EventFeed[] AnyName { get; init; }

    public required Dictionary<byte[], int[]> ByTrait
    {
        get;
        init
        {
            field = value;
            TraitOf = value.GetAlternateLookup<ReadOnlySpan<byte>>();
        }
    }

    public Dictionary<byte[], int[]>.AlternateLookup<ReadOnlySpan<byte>> TraitOf { get; private init; }

    public required int[] ByIdentifiers { get; init; }

    public required int[] ByConsent { get; init; }

    public EventFeed[] FeedsOf(string name) => ByName.TryGetValue(name, out var feeds) ? feeds : [];
}
