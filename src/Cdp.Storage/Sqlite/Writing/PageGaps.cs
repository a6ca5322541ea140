using System.Buffers.Binary;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>
/// Finds the bytes of a page that belong to no entry and clears them. SQLite's secure_delete clears an entry where it is removed, but not the
/// places an entry had before a tree was rebalanced: those stay in the unused middle of pages. Format: sqlite.org/fileformat2.html.
/// </summary>
internal static class PageGaps
{
    private const byte InteriorIndex = 2, InteriorTable = 5, LeafIndex = 10, LeafTable = 13;

    /// <summary>Clears the unused middle and the free blocks of a tree's page.</summary>
    /// <param name="page">The page, without the bytes reserved at its end.</param>
    /// <param name="isFirst">True for page 1, which begins with the file's header.</param>
    /// <returns>True when a byte was changed. A page that is not what it should be is left alone.</returns>
    public static bool Clear(Span<byte> page, bool isFirst)
    {
        var header = isFirst ? 100 : 0;
        var headerSize = page[header] switch { InteriorIndex or InteriorTable => 12, LeafIndex or LeafTable => 8, _ => 0 };
        if (headerSize == 0) return false;
        var cells = U16(page, header + 3);
        var gapStart = header + headerSize + (2 * cells);
        var contentStart = U16(page, header + 5);
        if (contentStart == 0) contentStart = 65_536;
        if (gapStart > contentStart || contentStart > page.Length || !BlocksAreSound(page, header, contentStart)) return false;

        var changed = Zero(page[gapStart..contentStart]);
        for (var block = U16(page, header + 1); block != 0; block = U16(page, block))
            changed |= Zero(page.Slice(block + 4, U16(page, block + 2) - 4));
        return changed;
    }

    // Free blocks are in growing order, each with the next one's place and its own size in its first four bytes.
    private static bool BlocksAreSound(ReadOnlySpan<byte> page, int header, int contentStart)
    {
        var from = contentStart;
        for (var block = U16(page, header + 1); block != 0; block = U16(page, block))
        {
            if (block < from || block + 4 > page.Length) return false;
            var size = U16(page, block + 2);
            if (size < 4 || block + size > page.Length) return false;
            from = block + size;
        }
        return true;
    }

    private static bool Zero(Span<byte> bytes)
    {
        if (!bytes.ContainsAnyExcept((byte)0)) return false;
        bytes.Clear();
        return true;
    }

    private static int U16(ReadOnlySpan<byte> page, int at) => BinaryPrimitives.ReadUInt16BigEndian(page[at..]);
}
