namespace Cdp.Core.Geofences.Tracking;

/// <summary>Why a position was not taken. The codes are part of the HTTP contract; those of times are the events' own.</summary>
public static class FixReasons
{
#pragma warning disable CS1591 // Each code says what its name says.
    public const string InvalidJson = "invalid_json";
    public const string MissingPosition = "missing_position";
    public const string InvalidLatitude = "invalid_latitude";
    public const string InvalidLongitude = "invalid_longitude";
    public const string InvalidAccuracy = "invalid_accuracy";
    public const string InvalidSpeed = "invalid_speed";
    public const string InvalidHeading = "invalid_heading";
    public const string InvalidDeviceId = "invalid_device_id";
#pragma warning restore CS1591
}
