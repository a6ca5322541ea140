using SQLitePCL;

namespace Cdp.Testing.Sqlite;

/// <summary>One open file: does what SQLite asks through SQLite's own methods, or fails, and notes what a power cut would take back.</summary>
internal sealed unsafe class FaultFile(SqliteFile* file, FaultDisk disk, DiskFileKind kind, string path)
{
    // SQLite's methods take what is larger than a page, but not 128 KiB and more.
    private const int MostBytes = 65_536;

    private readonly SqliteFile* file = file;
    private readonly UnsyncedChanges unsynced = disk.Unsynced(path);

    public FaultDisk Disk => disk;

    public SqliteIoMethods* Original { get; } = file->Methods;

    public int Write(byte* bytes, int length, long offset)
    {
        var fault = disk.Next(kind, DiskOperation.Write, length, offset + length > Length());
        var part = fault?.Effect switch
        {
            null or FaultEffect.All => length,
            FaultEffect.Part => Math.Min(fault.Bytes, length - 1),
            _ => 0,
        };
        lock (disk.Gate)
        {
            if (part > 0)
            {
                var lengthBefore = Length();
                var before = Read(offset, (int)Math.Clamp(lengthBefore - offset, 0, part));
                Check(Original->Write(file, bytes, part, offset));
                unsynced.AddWrite(offset, new ReadOnlySpan<byte>(bytes, part).ToArray(), before, lengthBefore);
            }
        }
        return fault?.Code ?? raw.SQLITE_OK;
    }

    public int Truncate(long length)
    {
        var fault = disk.Next(kind, DiskOperation.Truncate);
        if (fault is { Effect: not FaultEffect.All }) return fault.Code;
        lock (disk.Gate)
        {
            var lengthBefore = Length();
            var before = Read(length, (int)Math.Max(0, lengthBefore - length));
            Check(Original->Truncate(file, length));
            unsynced.AddTruncate(length, before, lengthBefore);
        }
        return fault?.Code ?? raw.SQLITE_OK;
    }

    public int Sync()
    {
        var fault = disk.Next(kind, DiskOperation.Sync);
        lock (disk.Gate)
        {
            if (fault?.Effect == FaultEffect.Loss) unsynced.Undo(SetLength, Write);
            if (fault?.Effect is null or FaultEffect.All or FaultEffect.Loss) unsynced.Clear();
        }
        return fault?.Code ?? raw.SQLITE_OK;
    }

    public bool RefusesLock(out int code)
    {
        code = disk.Next(kind, DiskOperation.Lock)?.Code ?? raw.SQLITE_OK;
        if (code == raw.SQLITE_OK) return false;
        FaultVfs.Refused();
        return true;
    }

    private long Length()
    {
        long length;
        Check(Original->GetSize(file, &length));
        return length;
    }

    // Through SQLite's own handle: to open the file once more and close it would drop the locks that SQLite holds on it.
    private byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        fixed (byte* buffer = bytes)
            for (var at = 0; at < length; at += MostBytes) Check(Original->Read(file, buffer + at, Math.Min(MostBytes, length - at), offset + at));
        return bytes;
    }

    private void SetLength(long length) => Check(Original->Truncate(file, length));

    private void Write(long offset, byte[] bytes)
    {
        fixed (byte* buffer = bytes)
            for (var at = 0; at < bytes.Length; at += MostBytes)
                Check(Original->Write(file, buffer + at, Math.Min(MostBytes, bytes.Length - at), offset + at));
    }

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw new IOException($"The real file failed with SQLite's code {code}.");
    }
}
