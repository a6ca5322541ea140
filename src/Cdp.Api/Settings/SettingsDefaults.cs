namespace Cdp.Api.Settings;

/// <summary>The default of every setting, in one place.</summary>
internal static class SettingsDefaults
{
    public const string Urls = "http://127.0.0.1:8080";
    public const string DataDirectory = "data";
    public const string Workspace = "default";
    public const string DevelopmentKey = "dev";
    public const string WriteKeySource = "default";
    public const string ApiKeySource = "api";
    public const int MaxRequestsInFlight = 1_024;
    public const int MaxMegabytesInFlight = 64;
    public const int MaxEventsInFlight = 20_000;
    public const int MaxStreams = 1_000;
    public const int MaxActiveCustomers = 200_000;
    public const int MaxActiveIdentifiers = 1_000_000;
    public const int MaxIdleMinutes = 15;
    public const int ShutdownSeconds = 30;
    public const string ClusterId = "cdp";
}
