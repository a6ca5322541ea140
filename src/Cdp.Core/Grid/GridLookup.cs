using Cdp.Core.Profiles;

namespace Cdp.Core.Grid;

/// <summary>Reads many profiles at once.</summary>
public static class GridLookup
{
    private const int ColdReadsAtATime = 64;

    /// <summary>Reads profiles, each as of its own last commit; those that are not in memory are loaded at the same time, 64 at most.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="profiles">Which ones.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>One per reference, in the same order; null where there is none.</returns>
    public static async Task<ProfileView?[]> LookupAsync(
        this IGrid grid, string workspace, IReadOnlyList<ProfileRef> profiles, CancellationToken cancellationToken = default)
    {
        var views = new ProfileView?[profiles.Count];
        var reads = new List<(int Index, Task<ProfileView?> Read)>();
        for (var i = 0; i < views.Length; i++)
        {
            var read = grid.GetAsync(workspace, profiles[i], cancellationToken);
            if (read.IsCompletedSuccessfully) views[i] = read.GetAwaiter().GetResult();
            else reads.Add((i, read.AsTask()));
            if (reads.Count == ColdReadsAtATime) await FinishAsync();
        }

        await FinishAsync();
        return views;

        async Task FinishAsync()
        {
            foreach (var (index, read) in reads) views[index] = await read;
            reads.Clear();
        }
    }
}
