using Cdp.Storage.Sqlite.Raw;

namespace Cdp.Storage.Sqlite.Writing;

/// <summary>Where tests make the writer fail: a disk that is full or an fsync that fails cannot be had otherwise.</summary>
internal sealed class WriterFaults
{
    /// <summary>Runs on the writer's connection before each transaction: limits and modes are set here.</summary>
    public Action<Database>? BeforeBegin { get; set; }

    /// <summary>A result code to report instead of committing, 0 for none. The transaction is then rolled back.</summary>
    public Func<int>? InsteadOfCommit { get; set; }

    /// <summary>A result code to report after a commit that did happen, 0 for none.</summary>
    public Func<int>? AfterCommit { get; set; }

    /// <summary>Runs before the writer opens its connection again.</summary>
    public Action? BeforeOpen { get; set; }
}
