using System.Globalization;
using Cdp.Core.Journal;
using Cdp.Storage.Sqlite.Raw;
using Cdp.Storage.Sqlite.Writing;
using SQLitePCL;

namespace Cdp.Storage.Sqlite;

/// <summary>Backups of a journal's file, made from any process while another one writes, and their way back.</summary>
/// <remarks>A backup holds what it held when it was made: who is erased later is still in it.</remarks>
public static class SqliteBackup
{
    /// <summary>
    /// Writes the journal as it is at one moment into one compact file, checks that file, and only then gives it its name. The journal's own
    /// log cannot be cut while this runs, so it grows with what is committed meanwhile.
    /// </summary>
    /// <param name="sourceDirectory">The journal's folder; its process may be running.</param>
    /// <param name="targetFile">The file to make; one of that name is never overwritten.</param>
    /// <param name="progress">Told the bytes written so far, now and then, on another thread; null for nothing.</param>
    /// <param name="cancellationToken">Stops the copy; the unfinished file is removed.</param>
    /// <returns>The size of the backup in bytes.</returns>
    /// <exception cref="FileNotFoundException">There is no journal in the folder.</exception>
    /// <exception cref="IOException">The target exists or cannot be written.</exception>
    /// <exception cref="JournalDamagedException">The source, or the copy read back, is damaged.</exception>
    /// <exception cref="JournalSchemaException">The source is from a newer release.</exception>
    /// <exception cref="JournalUnavailableException">The source cannot be read or the disk is full.</exception>
    public static Task<long> CreateAsync(
        string sourceDirectory, string targetFile, Action<long>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Create(new JournalFiles(sourceDirectory), Path.GetFullPath(targetFile), progress, cancellationToken), cancellationToken);

    /// <summary>
    /// Puts a backup in the place of a journal that is not running. The backup is checked in full first; files that are there are moved aside
    /// under their name with the time behind it, never removed.
    /// </summary>
    /// <param name="backupFile">The backup; it stays as it is.</param>
    /// <param name="targetDirectory">The journal's folder; made when it is missing.</param>
    /// <param name="time">The clock that names the files moved aside.</param>
    /// <param name="cancellationToken">Stops it before anything is moved.</param>
    /// <returns>The files moved aside.</returns>
    /// <exception cref="FileNotFoundException">There is no such backup.</exception>
    /// <exception cref="JournalLockedException">A process has the journal open.</exception>
    /// <exception cref="JournalDamagedException">The backup is damaged or something else.</exception>
    /// <exception cref="JournalSchemaException">The backup is from a newer release.</exception>
    /// <exception cref="JournalUnavailableException">The folder cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> RestoreAsync(
        string backupFile, string targetDirectory, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        return await Task.Run(
            () => Restore(Path.GetFullPath(backupFile), new JournalFiles(targetDirectory), time, cancellationToken), cancellationToken);
    }

    private static long Create(JournalFiles source, string target, Action<long>? progress, CancellationToken cancellationToken)
    {
        if (!File.Exists(source.Main)) throw new FileNotFoundException("There is no journal in this folder.", source.Main);
        if (File.Exists(target)) throw new IOException($"{target} exists; a backup never overwrites a file.");
        var part = target + ".part";
        File.Delete(part);
        try
        {
            using (var database = Database.Open(source.Main, writable: false))
            {
                MainFile.Verify(database, source.Main, deep: false);
                database.BusyTimeout(5000);
                // Interrupts the copy when asked to, and looks at how far it is.
                database.OnProgress(1_000, () =>
                {
                    progress?.Invoke(JournalFiles.Length(part));
                    return cancellationToken.IsCancellationRequested ? 1 : 0;
                });
                using var copy = database.Single("VACUUM INTO ?1");
                copy.Bind(1, part).Run();
            }
            Check(part);
            Flush(part);
            var size = JournalFiles.Length(part);
            File.Move(part, target, overwrite: false);
            progress?.Invoke(size);
            return size;
        }
        catch (SqliteFaultException e) when (e.Primary == raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (SqliteFaultException e) when (e.IsDamage)
        {
            throw new JournalDamagedException(source.Main, e.Message, e);
        }
        catch (SqliteFaultException e)
        {
            throw new JournalUnavailableException(WriterErrors.Describe(e), e);
        }
        finally
        {
            File.Delete(part);
            File.Delete(part + "-journal");
        }
    }

    private static List<string> Restore(string backup, JournalFiles target, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!File.Exists(backup)) throw new FileNotFoundException("There is no such backup.", backup);
        using var held = LockFile.Acquire(target);
        try
        {
            // The copy is what is checked: the backup's own folder may be read-only, and must not get files beside it.
            File.Copy(backup, target.New, overwrite: true);
            Check(target.New, backup);
            Flush(target.New);
            cancellationToken.ThrowIfCancellationRequested();
            var aside = MoveAside(target, time);
            File.Move(target.New, target.Main);
            return aside;
        }
        catch (SqliteFaultException e) when (e.IsDamage)
        {
            throw new JournalDamagedException(backup, e.Message, e);
        }
        catch (Exception e) when (e is SqliteFaultException or IOException or UnauthorizedAccessException)
        {
            throw new JournalUnavailableException($"The backup could not be put into {target.Directory}: {e.Message}", e);
        }
        finally
        {
            File.Delete(target.New);
        }
    }

    private static List<string> MoveAside(JournalFiles files, TimeProvider time)
    {
        var stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        var moved = new List<string>();
        // The log goes first: should this stop half way, the main file without its log is still a journal, the log alone would not be.
        foreach (var path in new[] { files.SharedMemory, files.Log, files.Main })
        {
            if (!File.Exists(path)) continue;
            // "grid.db.<time>-wal" beside "grid.db.<time>": SQLite finds the log of a file moved aside.
            var to = files.Main + "." + stamp + path[files.Main.Length..];
            for (var n = 2; File.Exists(to); n++)
                to = string.Create(CultureInfo.InvariantCulture, $"{files.Main}.{stamp}.{n}{path.AsSpan(files.Main.Length)}");
            File.Move(path, to);
            moved.Add(to);
        }
        return moved;
    }

    private static void Check(string path, string? name = null)
    {
        using var database = Database.Open(path, writable: false);
        MainFile.Verify(database, name ?? path, deep: false);
        if (IntegrityCheck.Run(database) is [var first, ..]) throw new JournalDamagedException(name ?? path, first);
    }

    private static void Flush(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        stream.Flush(flushToDisk: true);
    }
}
