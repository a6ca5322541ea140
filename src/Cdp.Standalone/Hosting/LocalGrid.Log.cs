namespace Cdp.Standalone.Hosting;

internal sealed partial class LocalGrid
{
    // By type and place, never by message: that may hold personal data.
    [LoggerMessage(3003, LogLevel.Error, "An event failed for a defect of ours or of the data: {ErrorType} at {StackTrace}")]
    private static partial void LogFault(ILogger logger, string errorType, string? stackTrace);
}
