using System.Text.Json;

namespace Cdp.Cli.Import.State;

/// <summary>One row that was not taken.</summary>
internal sealed record Reject(long Row, string? MessageId, string Code, string? Detail);

/// <summary>The file of rejected rows: NDJSON, in the order in which they were rejected.</summary>
internal sealed class RejectsFile : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly Lock _lock = new();
    private readonly FileStream? _file;

    /// <param name="path">The file; null for none.</param>
    /// <param name="keepUntilRow">Rejects of an interrupted run up to this row stay; later ones go, since their rows are sent again.</param>
    public RejectsFile(string? path, long keepUntilRow)
    {
        if (path is null) return;
        var kept = keepUntilRow > 0 && File.Exists(path) ? File.ReadLines(path).Where(l => IsUpTo(l, keepUntilRow)).ToArray() : [];
        File.WriteAllLines(path, kept);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    public void Write(Reject reject)
    {
        if (_file is null) return;
        var line = JsonSerializer.SerializeToUtf8Bytes(reject, s_json);
        lock (_lock)
        {
            _file.Write([.. line, (byte)'\n']);
        }
    }

    /// <summary>Before a checkpoint says that a rejected row is done, its reject must be in the file.</summary>
    public void Flush()
    {
        lock (_lock) _file?.Flush();
    }

    public void Dispose() => _file?.Dispose();

    private static bool IsUpTo(string line, long row)
    {
        try
        {
            return JsonSerializer.Deserialize<Reject>(line, s_json)?.Row <= row;
        }
        catch (JsonException)
        {
            // The last line of a killed run.
            return false;
        }
    }
}
