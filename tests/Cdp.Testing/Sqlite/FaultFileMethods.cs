using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Cdp.Testing.Sqlite;

/// <summary>The functions that SQLite calls instead of its own. No exception may leave them.</summary>
internal static unsafe class FaultFileMethods
{
    public static void PutInto(SqliteIoMethods* methods)
    {
        methods->Close = &Close;
        methods->Write = &Write;
        methods->Sync = &Sync;
        methods->Truncate = &Truncate;
        methods->Lock = &Lock;
        methods->ShmLock = &ShmLock;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(SqliteFile* file)
    {
        var methods = Of(file).Original;
        GCHandle.FromIntPtr(FaultVfs.Handle(file)).Free();
        return methods->Close(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(SqliteFile* file, byte* bytes, int length, long offset)
    {
        var target = Of(file);
        try
        {
            return target.Write(bytes, length, offset);
        }
        catch (Exception e)
        {
            return Failed(target, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(SqliteFile* file, int flags)
    {
        var target = Of(file);
        try
        {
            return target.Sync();
        }
        catch (Exception e)
        {
            return Failed(target, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(SqliteFile* file, long length)
    {
        var target = Of(file);
        try
        {
            return target.Truncate(length);
        }
        catch (Exception e)
        {
            return Failed(target, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(SqliteFile* file, int level)
    {
        var target = Of(file);
        try
        {
            return target.RefusesLock(out var code) ? code : target.Original->Lock(file, level);
        }
        catch (Exception e)
        {
            return Failed(target, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(SqliteFile* file, int slot, int count, int flags)
    {
        // SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE on slot 0: the writer's lock. The other slots are readers' marks and recovery's.
        const int takeExclusively = 2 | 8;
        var target = Of(file);
        try
        {
            var isWriter = slot == 0 && count == 1 && flags == takeExclusively;
            return isWriter && target.RefusesLock(out var code) ? code : target.Original->ShmLock(file, slot, count, flags);
        }
        catch (Exception e)
        {
            return Failed(target, e);
        }
    }

    private static FaultFile Of(SqliteFile* file) => (FaultFile)GCHandle.FromIntPtr(FaultVfs.Handle(file)).Target!;

    private static int Failed(FaultFile file, Exception e)
    {
        file.Disk.Failed(e);
        return raw.SQLITE_IOERR;
    }
}
