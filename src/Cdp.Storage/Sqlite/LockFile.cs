using Cdp.Core.Journal;

namespace Cdp.Storage.Sqlite;

/// <summary>
/// Keeps a second writing process out. A file of its own and not SQLite's exclusive mode, because a backup reads the live file from another process.
/// The system drops the lock when the process dies; the file stays.
/// </summary>
internal static class LockFile
{
    public static FileStream Acquire(JournalFiles files)
    {
        try
        {
            Directory.CreateDirectory(files.Directory);
            return new FileStream(files.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException || (e is IOException && !IsShared(e, files)))
        {
            throw new JournalUnavailableException($"The data directory {files.Directory} cannot be written.", e);
        }
        catch (IOException e)
        {
            throw new JournalLockedException(files.Lock, e);
        }
    }

    // .NET has no error of its own for a file that is held; a missing or read-only folder also ends in IOException on some systems.
    private static bool IsShared(Exception e, JournalFiles files)
    {
        const int WindowsSharingViolation = unchecked((int)0x80070020);
        const int UnixWouldBlockLinux = 11, UnixWouldBlockMac = 35;
        return File.Exists(files.Lock) && e.HResult is WindowsSharingViolation or UnixWouldBlockLinux or UnixWouldBlockMac;
    }
}
