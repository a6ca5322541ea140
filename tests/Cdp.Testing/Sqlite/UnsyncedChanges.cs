namespace Cdp.Testing.Sqlite;

/// <summary>What was done to a file since it was last synced, in order, with what was there before.</summary>
internal sealed class UnsyncedChanges
{
    /// <summary>A disk writes sectors whole or not at all.</summary>
    private const int Sector = 512;

    private readonly List<Change> changes = [];

    /// <summary>Notes a write.</summary>
    /// <param name="offset">Where it went.</param>
    /// <param name="written">What was written.</param>
    /// <param name="before">What was there, shorter at the file's end.</param>
    /// <param name="lengthBefore">The file's length before it.</param>
    public void AddWrite(long offset, byte[] written, byte[] before, long lengthBefore) => changes.Add(new(offset, written, before, lengthBefore));

    /// <summary>Notes a change of length.</summary>
    /// <param name="length">The new length.</param>
    /// <param name="before">What was cut off.</param>
    /// <param name="lengthBefore">The file's length before it.</param>
    public void AddTruncate(long length, byte[] before, long lengthBefore) => changes.Add(new(length, null, before, lengthBefore));

    /// <summary>All is durable now, or the file is gone.</summary>
    public void Clear() => changes.Clear();

    /// <summary>Brings the file back to what it was at the last sync.</summary>
    public void Undo(Action<long> setLength, Action<long, byte[]> write)
    {
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            setLength(changes[i].LengthBefore);
            if (changes[i].Before.Length > 0) write(changes[i].Offset, changes[i].Before);
        }
    }

    /// <summary>
    /// Makes of a copy of the file what a power cut may leave: all that was synced, and of the rest nothing, all, the first changes with the last
    /// of them torn, or any of its sectors.
    /// </summary>
    public void Cut(FileStream image, Random random)
    {
        if (changes.Count == 0) return;
        Undo(image.SetLength, (offset, bytes) => WriteAt(image, offset, bytes));
        switch (random.Next(4))
        {
            case 0: break;
            case 1: foreach (var change in changes) Redo(image, change, static () => true); break;
            case 2:
                var whole = random.Next(changes.Count);
                for (var i = 0; i < whole; i++) Redo(image, changes[i], static () => true);
                Redo(image, changes[whole], () => random.Next(2) == 0);
                break;
            default: foreach (var change in changes) Redo(image, change, () => random.Next(2) == 0); break;
        }
    }

    private static void Redo(FileStream image, Change change, Func<bool> survives)
    {
        if (change.Written is not { } bytes)
        {
            if (survives()) image.SetLength(change.Offset);
            return;
        }
        for (var from = 0; from < bytes.Length;)
        {
            var to = (int)Math.Min(bytes.Length, ((change.Offset + from) / Sector * Sector) + Sector - change.Offset);
            if (survives()) WriteAt(image, change.Offset + from, bytes.AsSpan(from, to - from));
            from = to;
        }
    }

    private static void WriteAt(FileStream image, long offset, ReadOnlySpan<byte> bytes)
    {
        image.Position = offset;
        image.Write(bytes);
    }

    // Written is null for a change of length, which Offset then is.
    private sealed record Change(long Offset, byte[]? Written, byte[] Before, long LengthBefore);
}
