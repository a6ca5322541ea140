namespace Cdp.Cli.Import.Rows;

/// <summary>Reads a file's lines as bytes. Unlike <see cref="StreamReader"/> it bounds a line's length and leaves UTF-8 to the JSON parser.</summary>
internal sealed class LineReader(string path, int maxLineBytes) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan);
    private readonly byte[] _chunk = new byte[1 << 16];
    private readonly MemoryStream _line = new();
    private int _at;
    private int _end;
    private bool _started;

    public long BytesRead => _file.Position;

    /// <summary>True when the line just read was longer than allowed; its text is cut.</summary>
    public bool TooLong { get; private set; }

    /// <summary>Reads the next line without its end.</summary>
    /// <param name="line">Valid until the next call.</param>
    public bool Read(out ReadOnlyMemory<byte> line)
    {
        _line.SetLength(0);
        TooLong = false;
        var any = false;
        while (Fill())
        {
            any = true;
            var rest = _chunk.AsSpan(_at, _end - _at);
            var end = rest.IndexOf((byte)'\n');
            Append(end < 0 ? rest : rest[..end]);
            _at += end < 0 ? rest.Length : end + 1;
            if (end >= 0) break;
        }

        line = _line.GetBuffer().AsMemory(0, (int)_line.Length);
        return any;
    }

    public void Dispose() => _file.Dispose();

    private bool Fill()
    {
        if (_at < _end) return true;
        _at = 0;
        _end = _file.ReadAtLeast(_chunk, 3, throwOnEndOfStream: false);
        if (!_started && _chunk.AsSpan(0, _end).StartsWith("\uFEFF"u8)) _at = 3;
        _started = true;
        return _at < _end;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_line.Length + bytes.Length > maxLineBytes) TooLong = true;
        else _line.Write(bytes);
    }
}
