using Cdp.Core.Identity;

namespace Cdp.Core.Audiences.Rules;

/// <summary>The channels that a person can be reached on, and the identifiers that it takes.</summary>
internal static class Channels
{
    public static IReadOnlyList<string> Names { get; } = ["email", "sms", "push", "ads"];

    public static string[] TypesOf(string channel) => channel switch
    {
        "email" => [IdentifierNames.Email],
        "sms" => [IdentifierNames.Phone],
        "push" => ["push_token"],
        _ => [IdentifierNames.Idfa, IdentifierNames.Gaid],
    };
}
