namespace Cdp.Storage.Sqlite;

/// <summary>The names of the files in a journal's folder.</summary>
internal sealed class JournalFiles(string directory)
{
    public string Directory { get; } = Path.GetFullPath(directory);

    public string Main => Path.Combine(Directory, "grid.db");

    public string Log => Main + "-wal";

    public string SharedMemory => Main + "-shm";

    public string Lock => Path.Combine(Directory, "grid.lock");

    /// <summary>Where a new main file is made before it gets its name, so that a crash cannot leave half a one.</summary>
    public string New => Main + ".new";

    public static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
