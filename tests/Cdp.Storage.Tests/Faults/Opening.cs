using Cdp.Core.Journal;
using Cdp.Storage.Sqlite;

namespace Cdp.Storage.Tests.Faults;

internal static class Opening
{
    /// <summary>Opens a journal on a disk whose outages end after a number of calls.</summary>
    public static async Task<SqliteJournal> OpenAsync(string folder)
    {
        var options = new SqliteJournalOptions { Directory = folder, LogMiB = 1, EraseWait = TimeSpan.FromSeconds(1) };
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await SqliteJournal.OpenAsync(options, TimeProvider.System);
            }
            catch (JournalUnavailableException) when (tries < 300)
            {
            }
        }
    }
}
