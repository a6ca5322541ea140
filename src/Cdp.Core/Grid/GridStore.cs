using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Core.Grid;

/// <summary>The store as those see it who look at many customers at once. Whoever wants one customer asks <see cref="IGrid"/>.</summary>
/// <param name="Journal">Streams.</param>
/// <param name="Maintenance">Walks and sizes.</param>
/// <param name="Index">What is known over all customers.</param>
/// <param name="Outbox">What has to be delivered.</param>
/// <param name="Signal">Tells of what this process commits to feeds.</param>
public sealed record GridStore(IJournal Journal, IJournalMaintenance Maintenance, IGridIndex Index, IOutbox Outbox, FeedSignal Signal)
{
    /// <summary>Names the ports of one store.</summary>
    /// <param name="journal">The store.</param>
    /// <param name="signal">Tells of what this process commits to feeds.</param>
    /// <typeparam name="T">The store's type.</typeparam>
    /// <returns>The ports.</returns>
    public static GridStore Of<T>(T journal, FeedSignal signal)
        where T : IJournal, IJournalMaintenance, IGridIndex, IOutbox => new(journal, journal, journal, journal, signal);
}
