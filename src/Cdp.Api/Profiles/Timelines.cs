using System.Runtime.CompilerServices;
using Cdp.Core.Events;
using Cdp.Core.Grid;
using Cdp.Core.Journal;

namespace Cdp.Api.Profiles;

/// <summary>Whole timelines, page by page.</summary>
internal static class Timelines
{
    private const int PageSize = 500;

    /// <summary>All events of a profile, newest event time first. One that is erased meanwhile ends with what was still there.</summary>
    public static async IAsyncEnumerable<CustomerEvent> AllAsync(
        this IGrid grid, string workspace, ProfileRef profile, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TimelinePosition? before = null;
        do
        {
            if (await grid.TimelineAsync(workspace, profile, PageSize, before, null, cancellationToken) is not { } page) yield break;
            foreach (var e in page.Events) yield return e;
            before = page.Next;
        }
        while (before is not null);
    }
}
