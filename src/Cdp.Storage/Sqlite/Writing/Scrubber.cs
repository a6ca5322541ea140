using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>
/// Walks over the main file and clears what is left in pages outside their entries, see <see cref="PageGaps"/>. It runs while the log is empty
/// and the writer holds the write lock, so that the file is the truth and nobody else writes it; readers never look at the bytes it clears, and
/// a crash at any moment leaves each sector with old or new bytes, both valid.
/// </summary>
/// <remarks>The handle stays open as long as any connection: on Unix, closing it would drop the locks that SQLite holds in this process.</remarks>
internal sealed class Scrubber(JournalFiles files, int stepBytes) : IDisposable
{
    private const int Root = 1, Tree = 5;

    private SafeFileHandle? handle;
    private long nextPage = 1;

    /// <summary>Begins a new walk.</summary>
    public void Restart() => nextPage = 1;

    /// <summary>Clears the next part of the file.</summary>
    /// <returns>True when the walk came to the end and what it cleared is durable.</returns>
    /// <exception cref="IOException">The file could not be read or written.</exception>
    public bool Step()
    {
        handle ??= File.OpenHandle(files.Main, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[100];
        if (RandomAccess.Read(handle, header, 0) < header.Length) throw new IOException("The main file has no header.");
        var size = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16)) is var stored && stored == 1 ? 65_536 : stored;
        var usable = size - header[20];
        // Without the map of pages (auto_vacuum) a page does not say what it is; ours always have it.
        if (BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(52)) == 0) throw new IOException("The main file has no map of its pages.");

        var pages = RandomAccess.GetLength(handle) / size;
        var last = Math.Min(pages, nextPage + Math.Max(1, stepBytes / size) - 1);
        var page = new byte[size];
        var map = new byte[size];
        var mapped = 0L;
        for (; nextPage <= last; nextPage++)
        {
            if (!IsTree(nextPage, size, usable, map, ref mapped)) continue;
            if (RandomAccess.Read(handle, page, (nextPage - 1) * size) < size) break;
            if (PageGaps.Clear(page.AsSpan(0, usable), nextPage == 1)) RandomAccess.Write(handle, page, (nextPage - 1) * size);
        }
        if (nextPage <= pages) return false;
        RandomAccess.FlushToDisk(handle);
        return true;
    }

    public void Dispose() => handle?.Dispose();

    private bool IsTree(long page, int size, int usable, byte[] map, ref long mapped)
    {
        if (page == 1) return true;
        var perMap = (usable / 5) + 1;
        var mapPage = ((page - 2) / perMap * perMap) + 2;
        // The page at 1 GiB is SQLite's place for locks; a map that would be there is one page later.
        var lockPage = (0x40000000L / size) + 1;
        if (mapPage == lockPage) mapPage++;
        if (page <= mapPage || page == lockPage) return false;
        if (mapped != mapPage)
        {
            if (RandomAccess.Read(handle!, map, (mapPage - 1) * size) < size) return false;
            mapped = mapPage;
        }
        return map[(int)(5 * (page - mapPage - 1))] is Root or Tree;
    }
}
