namespace Cdp.Testing.Shared;

/// <summary>The folder <c>shared</c> beside the repository: captures and data sets that are too large or not ours to commit.</summary>
public static class SharedData
{
    /// <summary>The folder, null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A file or folder in it.</summary>
    /// <param name="relative">The path within the folder, with forward slashes.</param>
    /// <returns>The full path, null when it is not there.</returns>
    public static string? Path(string relative)
    {
        if (Folder is null) return null;
        var path = System.IO.Path.Combine(Folder, relative);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        for (var folder = RepositoryRoot.Find(); folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            var candidate = System.IO.Path.Combine(folder, "shared");
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }
}
