using System.Collections.Concurrent;

namespace Cdp.Testing.Sqlite;

/// <summary>
/// The disk under the databases of one folder: it fails when its plan says so, and knows what a power cut would leave. Thread-safe. What is written
/// is durable for it from SQLite's sync on, and only then; names of files (creation, renaming, deletion) are durable at once. Nothing is synced in
/// truth, so that tests are fast. Made by <see cref="FaultVfs.Attach"/>.
/// </summary>
public sealed class FaultDisk : IDisposable
{
    private static readonly int Operations = Enum.GetValues<DiskOperation>().Length;

    private readonly ConcurrentDictionary<string, UnsyncedChanges> unsynced = [];
    private readonly ConcurrentQueue<Exception> failures = [];
    private volatile Func<DiskCall, Fault?> plan = static _ => null;
    private volatile int[] counts = NewCounts();

    internal FaultDisk(string folder) => Folder = folder;

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>
    /// Asked before each call whether it fails, on the calling thread, by several threads at a time; setting it starts the calls' numbers anew. It
    /// may wait, which holds up that call alone, and may call <see cref="Cut"/>. No fault without one.
    /// </summary>
    public Func<DiskCall, Fault?> Plan
    {
        get => plan;
        set
        {
            counts = NewCounts();
            plan = value;
        }
    }

    internal Lock Gate { get; } = new();

    /// <summary>How many such calls there were since the plan was set.</summary>
    public int Count(DiskFileKind file, DiskOperation operation) => Volatile.Read(ref counts[Index(file, operation)]);

    /// <summary>
    /// Makes a folder as it would be found after a power cut at this moment. The live files stay as they are and may go on being used; what is
    /// acknowledged before this is called has to be in it.
    /// </summary>
    /// <param name="target">The folder to make.</param>
    /// <param name="seed">Draws what of the writes that were not synced survives.</param>
    public void Cut(string target, int seed)
    {
        var random = new Random(seed);
        Directory.CreateDirectory(target);
        lock (Gate)
        {
            foreach (var path in Directory.GetFiles(Folder).Order(StringComparer.Ordinal))
            {
                // Neither means anything after a start of the machine.
                if (path.EndsWith("-shm", StringComparison.Ordinal) || path.EndsWith(".lock", StringComparison.Ordinal)) continue;
                // Closing a file drops this process's locks on it on Unix. Only a second process would notice.
                using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var image = new FileStream(Path.Combine(target, Path.GetFileName(path)), FileMode.CreateNew, FileAccess.ReadWrite);
                source.CopyTo(image);
                if (unsynced.TryGetValue(path, out var changes)) changes.Cut(image, random);
            }
        }
    }

    /// <summary>Lets go of the folder: files opened from now on have no faults. To be called when its databases are closed.</summary>
    /// <exception cref="AggregateException">A plan threw, or the disk could not do what it was to do; SQLite saw an I/O error.</exception>
    public void Dispose()
    {
        FaultVfs.Detach(this);
        if (!failures.IsEmpty) throw new AggregateException(failures);
    }

    internal bool Holds(string path) => Path.GetDirectoryName(path) == Folder;

    internal UnsyncedChanges Unsynced(string path) => unsynced.GetOrAdd(path, static _ => new UnsyncedChanges());

    internal Fault? Next(DiskFileKind file, DiskOperation operation, int bytes = 0, bool grows = false)
    {
        var number = Interlocked.Increment(ref counts[Index(file, operation)]) - 1;
        var fault = plan(new DiskCall(file, operation, number, bytes, grows));
        return fault is { OnlyGrowth: true } && !grows ? null : fault;
    }

    internal void Failed(Exception e) => failures.Enqueue(e);

    private static int Index(DiskFileKind file, DiskOperation operation) => ((int)file * Operations) + (int)operation;

    private static int[] NewCounts() => new int[Enum.GetValues<DiskFileKind>().Length * Operations];
}
