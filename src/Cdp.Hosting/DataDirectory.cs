namespace Cdp.Hosting;

/// <summary>The data directory, made and tried before anything else happens.</summary>
internal static class DataDirectory
{
    /// <summary>Makes the directory if it is missing and tries to write there.</summary>
    /// <param name="path">As given.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="IOException">It cannot be used; the message is one line for the operator.</exception>
    public static string Prepare(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
            using (File.Create(Path.Combine(full, ".cdp-write-test"), 1, FileOptions.DeleteOnClose))
            {
                return full;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the data directory {full} cannot be written to ({error.GetType().Name}). See --data.");
        }
    }
}
