using Cdp.Core.Definitions;
using Cdp.Core.Journal;
using Cdp.Core.Journal.Index;

namespace Cdp.Hosting.Storage;

/// <summary>A store that has been opened, by the ports that hosts use.</summary>
/// <param name="Journal">Commits and reads.</param>
/// <param name="Maintenance">Retention and sizes.</param>
/// <param name="Definitions">Policies and other documents of operators.</param>
/// <param name="Index">What is known over all customers.</param>
/// <param name="Outbox">What has to be delivered.</param>
/// <param name="Closing">Closes it in order.</param>
internal sealed record OpenJournal(
    IJournal Journal, IJournalMaintenance Maintenance, IDefinitions Definitions, IGridIndex Index, IOutbox Outbox, IAsyncDisposable Closing)
{
    /// <summary>Names the ports of one store.</summary>
    public static OpenJournal Of<T>(T journal) where T : IJournal, IJournalMaintenance, IDefinitions, IGridIndex, IOutbox, IAsyncDisposable =>
        new(journal, journal, journal, journal, journal, journal);
}
