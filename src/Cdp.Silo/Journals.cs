using Cdp.Hosting;
using Cdp.Hosting.Storage;
using Cdp.Storage.Postgres;
using Cdp.Storage.Sqlite;

namespace Cdp.Silo;

/// <summary>Opens the store of a silo: the one place that knows which there are.</summary>
internal static class Journals
{
    /// <summary>Opens it.</summary>
    /// <param name="silo">What the silo is to be.</param>
    /// <param name="dataDirectory">Where a SQLite file is kept.</param>
    /// <param name="clock">The time.</param>
    /// <returns>The open store, and where it is, for the operator.</returns>
    /// <exception cref="Cdp.Core.Journal.JournalUnavailableException">PostgreSQL cannot be reached, or may not be changed.</exception>
    /// <exception cref="Cdp.Storage.JournalLockedException">Another process has the directory open.</exception>
    /// <exception cref="Cdp.Storage.JournalDamagedException">The file is damaged; the message says what to restore.</exception>
    /// <exception cref="Cdp.Storage.JournalSchemaException">The file is of a newer release.</exception>
    public static async Task<(OpenJournal Journal, string Where)> OpenAsync(SiloOptions silo, string dataDirectory, TimeProvider clock)
    {
        if (silo.Postgres is { } connection)
        {
            var options = new PostgresJournalOptions { ConnectionString = connection };
            return (OpenJournal.Of(await PostgresJournal.OpenAsync(options, clock)), "PostgreSQL");
        }

        var path = DataDirectory.Prepare(dataDirectory);
        return (OpenJournal.Of(await SqliteJournal.OpenAsync(new SqliteJournalOptions { Directory = path }, clock)), path);
    }
}
