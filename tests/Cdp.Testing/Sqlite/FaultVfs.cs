using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Cdp.Testing.Sqlite;

/// <summary>
/// A layer between SQLite and its files, for the whole process: a copy of SQLite's own VFS that is the default one and differs from it only in the
/// files of folders given to <see cref="Attach"/>. Product code opens its files as always.
/// </summary>
public static unsafe class FaultVfs
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, nint> Methods = [];
    private static SqliteVfs* original;
    private static volatile FaultDisk[] disks = [];

    // A lock that a plan refuses comes free by the number of attempts, not by time.
    [ThreadStatic]
    private static bool wasRefused;

    /// <summary>Puts the files that SQLite opens in a folder from now on, not those in folders below it, on a disk with faults.</summary>
    /// <param name="folder">An existing folder, held by no other disk.</param>
    /// <returns>The disk; dispose it after the databases.</returns>
    /// <exception cref="InvalidOperationException">SQLite does not take the layer.</exception>
    public static FaultDisk Attach(string folder)
    {
        lock (Gate)
        {
            if (original is null) Install();
            var disk = new FaultDisk(FullPath(folder));
            disks = [.. disks, disk];
            return disk;
        }
    }

    internal static void Detach(FaultDisk disk)
    {
        lock (Gate) disks = [.. disks.Where(d => d != disk)];
    }

    /// <summary>The file as <see cref="Open"/> left it.</summary>
    internal static ref nint Handle(SqliteFile* file) => ref Unsafe.AsRef<nint>((byte*)file + original->FileSize);

    internal static void Refused() => wasRefused = true;

    private static void Install()
    {
        var vfs = SqliteNative.FindVfs(null);
        if (vfs is null || vfs->Version < 3) throw new InvalidOperationException("This SQLite has no VFS of version 3 to stand on.");
        // Lives as long as the process: SQLite keeps it.
        var copy = (SqliteVfs*)NativeMemory.Alloc((nuint)sizeof(SqliteVfs));
        *copy = *vfs;
        copy->Name = (byte*)Marshal.StringToCoTaskMemUTF8("faults");
        copy->FileSize = vfs->FileSize + sizeof(nint);
        copy->Next = null;
        copy->Open = &Open;
        copy->Delete = &Delete;
        copy->Sleep = &Sleep;
        original = vfs;
        if (SqliteNative.RegisterVfs(copy, 1) != raw.SQLITE_OK) throw new InvalidOperationException("SQLite refused the VFS.");
    }

    // SQLite's own way to a full path, so that both mean the same by it.
    private static string FullPath(string folder)
    {
        var full = stackalloc byte[original->MaxPathname + 1];
        var name = (byte*)Marshal.StringToCoTaskMemUTF8(folder);
        var code = original->FullPathname(original, name, original->MaxPathname, full);
        Marshal.FreeCoTaskMem((nint)name);
        if ((code & 0xff) != raw.SQLITE_OK) throw new InvalidOperationException($"SQLite has no full path for {folder}: {code}.");
        return Path.TrimEndingDirectorySeparator(Marshal.PtrToStringUTF8((nint)full)!);
    }

    private static FaultDisk? DiskOf(byte* name, out string path)
    {
        path = Marshal.PtrToStringUTF8((nint)name) ?? "";
        foreach (var disk in disks)
            if (disk.Holds(path)) return disk;
        return null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(SqliteVfs* self, byte* name, SqliteFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        if (DiskOf(name, out var path) is not { } disk) return original->Open(original, name, file, flags, outFlags);
        try
        {
            var kind = (flags & raw.SQLITE_OPEN_WAL) != 0 ? DiskFileKind.Log
                : (flags & raw.SQLITE_OPEN_MAIN_DB) != 0 ? DiskFileKind.Main : DiskFileKind.Rollback;
            if (disk.Next(kind, DiskOperation.Open) is { } fault) return fault.Code;
            var code = original->Open(original, name, file, flags, outFlags);
            if (code != raw.SQLITE_OK || file->Methods is null) return code;
            Handle(file) = GCHandle.ToIntPtr(GCHandle.Alloc(new FaultFile(file, disk, kind, path)));
            file->Methods = Wrapped(file->Methods);
            return code;
        }
        catch (Exception e)
        {
            disk.Failed(e);
            return raw.SQLITE_CANTOPEN;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(SqliteVfs* self, byte* name, int syncFolder)
    {
        if (DiskOf(name, out var path) is not { } disk) return original->Delete(original, name, syncFolder);
        try
        {
            var kind = path.EndsWith("-wal", StringComparison.Ordinal) ? DiskFileKind.Log : DiskFileKind.Rollback;
            if (disk.Next(kind, DiskOperation.Delete) is { } fault) return fault.Code;
            lock (disk.Gate)
            {
                var code = original->Delete(original, name, 0);
                if (code == raw.SQLITE_OK) disk.Unsynced(path).Clear();
                return code;
            }
        }
        catch (Exception e)
        {
            disk.Failed(e);
            return raw.SQLITE_IOERR;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(SqliteVfs* self, int microseconds)
    {
        if (!wasRefused) return original->Sleep(original, microseconds);
        wasRefused = false;
        return microseconds;
    }

    // SQLite has one table for files with locks and one for those without.
    private static SqliteIoMethods* Wrapped(SqliteIoMethods* methods)
    {
        lock (Gate)
        {
            if (Methods.TryGetValue((nint)methods, out var known)) return (SqliteIoMethods*)known;
            var copy = (SqliteIoMethods*)NativeMemory.Alloc((nuint)sizeof(SqliteIoMethods));
            *copy = *methods;
            FaultFileMethods.PutInto(copy);
            Methods.Add((nint)methods, (nint)copy);
            return copy;
        }
    }
}
