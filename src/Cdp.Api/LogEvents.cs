namespace Cdp.Api;

/// <summary>The ids of all log events of this room.</summary>
internal static class LogEvents
{
    public const int SettingsReloaded = 2001;
    public const int SettingsIgnored = 2002;
    public const int PolicyApplied = 2011;
    public const int PolicyRemoved = 2012;
    public const int PolicyUnreadable = 2013;
    public const int AudiencesUnreadable = 2021;
    public const int FenceUnreadable = 2022;
    public const int WebhookUnreadable = 2031;
    public const int Unhandled = 2101;
    public const int BrokenAnswer = 2102;
    public const int GridUnavailable = 2103;
}
