using System.Globalization;

namespace Cdp.Core.Activation.Templates;

/// <summary>Times as payloads show them.</summary>
internal static class PayloadTime
{
    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    public static string Of(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
