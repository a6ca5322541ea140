namespace Cdp.Cli.Import.Rows;

/// <summary>One row of the file: an event ready to send, or the code why it is none.</summary>
internal sealed class ImportRow
{
    /// <summary>CSV: the record after the header, from 1. NDJSON: the line, from 1. A JSON document: the position in its batch, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>The id it is sent under; null for a row that could not be read.</summary>
    public string? MessageId { get; init; }

    /// <summary>The event as UTF-8 JSON; empty for a rejected row.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>What it may share with other rows, see <see cref="Mapping.IdentifierKeys"/>.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Why it is not sent; null when it is.</summary>
    public string? RejectCode { get; init; }

    public static ImportRow Rejected(long number, string code, string? messageId = null) =>
        new() { Number = number, RejectCode = code, MessageId = messageId };
}

/// <summary>A file being read, row after row. Memory is bounded by the longest row.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>Reads the next row; null at the end.</summary>
    ImportRow? Read();

    /// <summary>How much of the file has been read, for the progress.</summary>
    long BytesRead { get; }
}
