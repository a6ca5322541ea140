using System.CommandLine;
using System.Globalization;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Geofences;

/// <summary>Places as users type them: <c>59.91,10.75</c>, latitude first.</summary>
internal static class Places
{
    public static Argument<string> Argument() => new("LAT,LON") { Description = "Latitude and longitude in degrees, such as 59.91,10.75. Behind -- when it begins with a minus." };

    /// <summary>Reads a place.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static (double Latitude, double Longitude) Read(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length == 2 && Degrees(parts[0], 90) is { } latitude && Degrees(parts[1], 180) is { } longitude
            ? (latitude, longitude)
            : throw CliException.Usage("a place is LAT,LON in degrees, such as 59.91,10.75.");
    }

    private static double? Degrees(string text, double max) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= max ? degrees : null;
}
