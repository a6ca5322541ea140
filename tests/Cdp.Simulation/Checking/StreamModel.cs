using Cdp.Core.Events;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Simulation.Checking;

/// <summary>One stream as the checks keep it: every row, and the naive meaning of it.</summary>
internal sealed class StreamModel(CustomerId id)
{
    public CustomerId Id => id;

    public List<JournalRow> Rows { get; } = [];

    public long Version { get; set; }

    public CustomerId? Successor { get; set; }

    public bool IsErased { get; set; }

    public bool IsLive => Version > 0 && !IsErased && Successor is null;

    public HashSet<Identifier> Links { get; } = [];

    /// <summary>What it uses and a third profile owns.</summary>
    public HashSet<Identifier> Listed { get; } = [];

    public List<CustomerEvent> Events { get; } = [];

    public List<PatchedRecord> Patches { get; } = [];

    public List<CustomerId> Absorbed { get; } = [];

    /// <summary>The audiences that it belongs to by its own records.</summary>
    public HashSet<string> Audiences { get; } = new(StringComparer.Ordinal);

    /// <summary>The visits of its devices to fences that are on, as its fences' feeds tell them.</summary>
    public HashSet<(string Device, string Fence)> Visits { get; } = [];

    /// <summary>The ids of all that its fences' feeds tell of it.</summary>
    public HashSet<string> Transitions { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether <see cref="Visits"/> is all: a merge or a split brings visits that somebody else has told of, or takes some away.</summary>
    public bool HasOnlyOwnVisits { get; set; } = true;

    /// <summary>The version of the last split that it was part of; 0 when there was none. Nobody reads what came before it again.</summary>
    public long LastSplit { get; set; }
}
