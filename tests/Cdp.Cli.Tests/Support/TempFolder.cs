namespace Cdp.Cli.Tests.Support;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cdp-cli-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        System.IO.File.SetLastWriteTimeUtc(File(name), new DateTime(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc));
        return File(name);
    }

    public string WriteRows(string name, int rows) =>
        Write(name, "id,city\n" + string.Concat(Enumerable.Range(1, rows).Select(i => $"c{i},town{i}\n")));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
