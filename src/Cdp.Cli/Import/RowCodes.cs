namespace Cdp.Cli.Import;

/// <summary>Why a row was not sent. Where the server has the same rule, the code is the server's.</summary>
internal static class RowCodes
{
    /// <summary>More or fewer cells than the header has names.</summary>
    public const string Ragged = "row_ragged";

    /// <summary>A quote in a place where CSV allows none.</summary>
    public const string BadQuotes = "row_bad_quotes";

    /// <summary>A record above 1 MiB: most often a quote that never closes.</summary>
    public const string CellTooLong = "row_cell_too_long";

    /// <summary>The line is not JSON.</summary>
    public const string NotJson = "row_not_json";

    public const string NotAnObject = "not_an_object";
    public const string TooLarge = "event_too_large";
    public const string InvalidText = "invalid_text";
    public const string InvalidTimestamp = "invalid_timestamp";
    public const string MissingEventName = "missing_event_name";
    public const string NoIdentifier = "no_identifier";
}
