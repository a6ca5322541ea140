using Microsoft.Extensions.Logging;

namespace Cdp.Api.Settings;

public sealed partial class SettingsFile
{
    [LoggerMessage(LogEvents.SettingsReloaded, LogLevel.Information, "The configuration file changed and is in force; workspaces: {Count}.")]
    private partial void LogReloaded(int count);

    [LoggerMessage(LogEvents.SettingsIgnored, LogLevel.Error, "The changed configuration file is ignored, the old one stays in force. {Problems}")]
    private partial void LogIgnored(string problems);
}
