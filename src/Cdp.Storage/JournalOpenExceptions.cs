namespace Cdp.Storage;

/// <summary>Another process has the journal open.</summary>
public sealed class JournalLockedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="lockFile">The lock file that the other process holds.</param>
    /// <param name="inner">The file system's error.</param>
    public JournalLockedException(string lockFile, Exception? inner = null)
        : base($"Another process has this journal open: it holds {lockFile}. Stop it, or use another data directory.", inner) => LockFile = lockFile;

    /// <summary>The path of the lock file.</summary>
    public string LockFile { get; }
}

/// <summary>The main file is not what the journal wrote. Nothing was changed.</summary>
public sealed class JournalDamagedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">The damaged file.</param>
    /// <param name="finding">What is wrong with it, without personal data.</param>
    /// <param name="inner">The store's own error.</param>
    public JournalDamagedException(string file, string finding, Exception? inner = null)
        : base($"{file} is damaged: {finding} Restore the latest backup with `cdp restore`; the damaged files are kept aside by it.", inner) =>
        File = file;

    /// <summary>The path of the damaged file.</summary>
    public string File { get; }
}

/// <summary>The file was written by a newer release. Nothing was changed.</summary>
public sealed class JournalSchemaException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="found">The file's schema version.</param>
    /// <param name="supported">The latest schema version that this release knows.</param>
    public JournalSchemaException(int found, int supported)
        : base($"The journal has schema {found}; this release knows up to {supported}. Run the release that wrote it, or a newer one.")
    {
        Found = found;
        Supported = supported;
    }

    /// <summary>The file's schema version.</summary>
    public int Found { get; }

    /// <summary>The latest schema version that this release knows.</summary>
    public int Supported { get; }
}
