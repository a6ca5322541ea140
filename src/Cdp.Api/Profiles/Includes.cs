using Cdp.Api.Http;
using Microsoft.AspNetCore.Http;

namespace Cdp.Api.Profiles;

/// <summary>What a profile is answered with beside itself.</summary>
[Flags]
internal enum Include
{
    None = 0,
    Provenance = 1,
    Events = 2,
}

internal static class Includes
{
    public static Include Of(HttpRequest request)
    {
        var text = QueryValues.Text(request, "include");
        if (text is null) return Include.None;
        var include = Include.None;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            include |= name switch
            {
                "provenance" => Include.Provenance,
                "events" => Include.Events,
                _ => throw new ProblemException(ProblemCode.InvalidParameter, "include is a list of provenance, events."),
            };
        }

        return include;
    }

    public static string Suffix(Include include) => include switch
    {
        Include.Provenance => "-provenance",
        Include.Events => "-events",
        _ => "-provenance+events",
    };
}
