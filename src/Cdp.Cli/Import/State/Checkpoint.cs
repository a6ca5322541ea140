using System.Text.Json;

namespace Cdp.Cli.Import.State;

/// <summary>What is kept beside the file while its import is under way.</summary>
/// <param name="Version">The form of this record: 1.</param>
/// <param name="Source">The source name that the message ids were made with.</param>
/// <param name="Target">Server and key, hashed: another workspace has seen none of the rows.</param>
/// <param name="Row">The last row of the confirmed stretch.</param>
/// <param name="Chain">The running hash at that row.</param>
/// <param name="Rejected">Rejected rows up to it.</param>
/// <param name="DefaultTime">The time of rows without one, in Unix milliseconds: it stays the same when the file is touched meanwhile.</param>
internal sealed record Checkpoint(int Version, string Source, string Target, long Row, ulong Chain, long Rejected, long DefaultTime);

/// <summary>The checkpoint's file. Losing it costs time, never correctness: rows sent twice are duplicates.</summary>
internal sealed class CheckpointFile(string path)
{
    public string Path { get; } = path;

    public static CheckpointFile For(string file, string? stateDirectory)
    {
        var directory = stateDirectory ?? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!;
        return new CheckpointFile(System.IO.Path.Combine(directory, System.IO.Path.GetFileName(file) + ".cdp-import.json"));
    }

    /// <summary>The checkpoint, null when there is none that can be read.</summary>
    public Checkpoint? Load()
    {
        try
        {
            return JsonSerializer.Deserialize<Checkpoint>(File.ReadAllBytes(Path)) is { Version: 1 } found ? found : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes it whole or not at all.</summary>
    public void Save(Checkpoint checkpoint)
    {
        var draft = Path + ".tmp";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(checkpoint));
        File.Move(draft, Path, overwrite: true);
    }

    public void Delete() => File.Delete(Path);
}
