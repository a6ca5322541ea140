using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;
using Cdp.Core.Profiles.Splits;

namespace Cdp.Core.Audiences.State;

/// <summary>Makes a customer's windows of its stored events.</summary>
internal static class WindowReader
{
    /// <summary>Windows are made of at most so many stored events of a customer; one with more is judged by none of them.</summary>
    public const int MaxEvents = 1_000_000;

    private const int PageRows = 1_000;

    /// <summary>Reads them.</summary>
    /// <param name="journal">The store.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="state">The customer; only events up to its version count.</param>
    /// <param name="plan">What is kept of events.</param>
    /// <returns>Windows for each part of the state.</returns>
    /// <exception cref="JournalUnavailableException">The store cannot be read.</exception>
    public static async ValueTask<Dictionary<CustomerId, WindowState>> ReadAsync(IJournal journal, string workspace, CustomerState state, AudiencePlan plan)
    {
        if (!plan.ReadsEvents) return state.Parts.ToDictionary(p => p.Stream, _ => plan.NewState());
        // Where nobody was absorbed, all events of the stream are of one part, and those that nobody asks for need not be read.
        if (state.Parts.Count == 1 && state.Absorbed.Count == 0)
            return new() { [state.Id] = plan.RefillFromBodies(null, await BodiesAsync(journal, workspace, state)) };
        var history = await FamilyHistory.ReadAsync(journal, workspace, state.Id, state.Version, MaxEvents);
        var byPart = (history?.Events ?? []).ToLookup(e => e.Part, e => e.Event);
        return state.Parts.ToDictionary(p => p.Stream, p => plan.Refill(null, byPart[p.Stream]));
    }

    private static async ValueTask<List<ReadOnlyMemory<byte>>> BodiesAsync(IJournal journal, string workspace, CustomerState state)
    {
        List<ReadOnlyMemory<byte>> bodies = [];
        for (var after = 0L; ;)
        {
            var rows = await journal.ReadStreamAsync(workspace, state.Id, after, PageRows);
            foreach (var row in rows)
            {
                if (row.Version > state.Version) return bodies;
                if (row.Kind == RecordKind.Event) bodies.Add(row.Body);
            }

            if (bodies.Count > MaxEvents) return [];
            if (rows.Count < PageRows) return bodies;
            after = rows[^1].Version;
        }
    }
}
