namespace Cdp.Testing.Processes;

/// <summary>A folder of its own for one test.</summary>
public sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cdp-processes-").FullName;

    /// <summary>A folder for a server's data in it; made by the server.</summary>
    public string Data => File("data");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a configuration file.</summary>
    public string Config(string json)
    {
        var path = File("cdp.json");
        System.IO.File.WriteAllText(path, json);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Copies a server's folder as it is, the way a snapshot of its disk would be.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) System.IO.File.Copy(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
    }
}
