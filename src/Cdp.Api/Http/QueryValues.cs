using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Http;

/// <summary>Reads query parameters; a wrong one is named.</summary>
internal static class QueryValues
{
    private const int MaxReasonChars = 1_000;

    public static int Number(HttpRequest request, string name, int fallback, int min, int max)
    {
        var text = Text(request, name);
        if (text is null) return fallback;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        throw new ProblemException(ProblemCode.InvalidParameter, $"{name} is a whole number from {min} to {max}.");
    }

    public static bool Flag(HttpRequest request, string name)
    {
        var text = Text(request, name);
        if (text is null) return false;
        return bool.TryParse(text, out var value) ? value : throw new ProblemException(ProblemCode.InvalidParameter, $"{name} is true or false.");
    }

    public static long? Time(HttpRequest request, string name)
    {
        var text = Text(request, name);
        if (text is null) return null;
        return IsoTime.TryParse(text, out var ms)
            ? ms
            : throw new ProblemException(ProblemCode.InvalidParameter, $"{name} is a time such as 2026-01-31T12:00:00Z.");
    }

    /// <summary>Why somebody changes something.</summary>
    public static string? Reason(HttpRequest request)
    {
        var reason = Text(request, "reason");
        return reason?.Length > MaxReasonChars || reason?.Any(char.IsControl) == true
            ? throw new ProblemException(ProblemCode.InvalidParameter, $"reason is at most {MaxReasonChars} characters without control characters.")
            : reason;
    }

    public static string? Text(HttpRequest request, string name)
    {
        if (!request.QueryString.HasValue) return null;
        var value = request.Query[name];
        return value.Count == 0 || string.IsNullOrEmpty(value[0]) ? null : value[0];
    }
}
