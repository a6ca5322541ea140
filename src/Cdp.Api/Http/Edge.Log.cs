using Microsoft.Extensions.Logging;

namespace Cdp.Api.Http;

internal sealed partial class Edge
{
    [LoggerMessage(LogEvents.Unhandled, LogLevel.Error, "A request failed unexpectedly: {Type} at {StackTrace}")]
    private partial void LogUnhandled(string type, string? stackTrace);

    [LoggerMessage(LogEvents.BrokenAnswer, LogLevel.Warning, "An answer broke off after its start: {Type}.")]
    private partial void LogBrokenAnswer(string type);

    [LoggerMessage(LogEvents.GridUnavailable, LogLevel.Warning, "A request was answered 503: {Type}, caused by {Cause}.")]
    private partial void LogUnavailable(string type, string? cause);
}
