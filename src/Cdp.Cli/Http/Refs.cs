using System.Text.RegularExpressions;
using Cdp.Cli.Shell;

namespace Cdp.Cli.Http;

/// <summary>References to profiles as users type them: <c>type:value</c> or a profile id.</summary>
internal static partial class Refs
{
    /// <summary>The path of one profile; the reference is escaped, so that a slash or a plus in it survives.</summary>
    public static string Path(string reference, string rest = "") => $"v1/profiles/{Uri.EscapeDataString(Check(reference))}{rest}";

    public static string Query(string reference, string rest = "") => $"v1/profiles?ref={Uri.EscapeDataString(Check(reference))}{rest}";

    /// <summary>Catches the commonest slip here, where the answer is quicker than the server's.</summary>
    public static string Check(string reference)
    {
        var trimmed = reference.Trim();
        var colon = trimmed.IndexOf(':', StringComparison.Ordinal);
        return (colon > 0 && colon < trimmed.Length - 1) || Guid.TryParse(trimmed, out _)
            ? trimmed
            : throw CliException.Usage("a profile is named type:value (user_id:42, email:a@b.com) or by its id.");
    }

    /// <summary>Texts from outside may hold escape sequences; a terminal must not run them.</summary>
    public static string Printable(string text) => ControlCharacters().Replace(text, "\uFFFD");

    [GeneratedRegex(@"\p{Cc}")]
    private static partial Regex ControlCharacters();
}
