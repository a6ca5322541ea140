using System.Text;
using Cdp.Cli.Import.Mapping;

namespace Cdp.Cli.Import;

internal enum ImportFormat
{
    Csv,
    Ndjson,
    Segment,
}

/// <summary>Whether to go on from a checkpoint.</summary>
internal enum ResumeMode
{
    /// <summary>When there is one that fits.</summary>
    Auto,

    /// <summary>There must be one.</summary>
    Resume,

    /// <summary>Never.</summary>
    Restart,
}

/// <summary>One import as the command line asks for it.</summary>
internal sealed record ImportSettings
{
    public required string File { get; init; }

    public required ImportFormat Format { get; init; }

    public required ColumnMap Map { get; init; }

    public required RowRules Rules { get; init; }

    /// <summary>Part of every message id; the file's name without its directory unless given.</summary>
    public required string SourceName { get; init; }

    /// <summary>The time of rows that have none; null for the file's last write.</summary>
    public DateTimeOffset? AsOf { get; init; }

    public char? Separator { get; init; }

    public Encoding? Encoding { get; init; }

    /// <summary>Rows per request.</summary>
    public int BatchRows { get; init; } = 500;

    /// <summary>Bytes per request: below the 4 MB that every compatible server takes.</summary>
    public int BatchBytes { get; init; } = 3_500_000;

    /// <summary>Requests in flight.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>How long one batch may fail before the import stops.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromMinutes(5);

    public string? Rejects { get; init; }

    public string? StateDirectory { get; init; }

    public ResumeMode Resume { get; init; }

    public bool DryRun { get; init; }
}
