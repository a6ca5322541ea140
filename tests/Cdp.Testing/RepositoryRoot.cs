namespace Cdp.Testing;

/// <summary>Where the repository is, seen from a test that runs out of its build folder.</summary>
public static class RepositoryRoot
{
    private const string Marker = "Cdp.Grains.sln";

    /// <summary>The folder that holds the solution, null when the tests run somewhere else.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker))) return folder.FullName;
        }

        return null;
    }
}
