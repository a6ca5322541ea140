namespace Cdp.Core.Audiences.Consent;

/// <summary>The states as events, the API and rules write them, in the order of <see cref="ConsentState"/>.</summary>
internal static class ConsentWords
{
    public static readonly string[] States = ["unset", "granted", "denied"];

    public static string Of(ConsentState state) => States[(int)state];
}
