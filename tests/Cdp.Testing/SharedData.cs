namespace Cdp.Testing;

/// <summary>Finds the <c>shared</c> folder beside the repository.</summary>
public static class SharedData
{
    /// <summary>The environment variable that names the shared folder itself.</summary>
    public const string Variable = "CDP_SHARED";

    /// <summary>Looks for a folder of it, in the variable's folder and then upwards from the test binaries.</summary>
    /// <param name="folder">Its path inside <c>shared</c>.</param>
    /// <returns>The full path, or null when it is not there.</returns>
    public static string? Find(string folder)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return Directory.Exists(Path.Combine(named, folder)) ? Path.Combine(named, folder) : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var path = Path.Combine(at.FullName, "shared", folder);
            if (Directory.Exists(path))
                return path;
        }

        return null;
    }
}
