using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Webhooks;

/// <summary>The fixed headers of an endpoint.</summary>
internal static class WebhookHeaders
{
    private const int MaxHeaders = 20;
    private const int MaxNameChars = 64;
    private const int MaxValueChars = 2_048;

    /// <summary>Headers that frame a request or that it is verified by.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        ["connection", "content-encoding", "content-length", "content-type", "cookie", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> NameChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Reads an object of names and values; what is wrong is noted.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(Node node)
    {
        if (node.Element.ValueKind != JsonValueKind.Object)
        {
            node.Note(ProblemCodes.WrongType, "an object of names and values");
            return [];
        }

        var read = new List<KeyValuePair<string, string>>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in node.Element.EnumerateObject())
        {
            var value = node.Member(member.Name)!.Value;
            if (!IsName(member.Name)) value.Note(ProblemCodes.UnknownMember, "the name of a header that does not frame, describe or sign the request");
            if (!names.Add(member.Name)) value.Note(ProblemCodes.DuplicateId, "every header once, whatever its case");
            if (value.Text(MaxValueChars) is not { } text) continue;
            if (text.Trim().Length == text.Length && text.All(static c => c is >= ' ' and <= '~')) read.Add(new(member.Name, text));
            else value.Note(ProblemCodes.UnknownValue, "printable ASCII, without spaces around it");
        }

        if (read.Count > MaxHeaders) node.Note(ProblemCodes.OutOfRange, $"at most {MaxHeaders} headers");
        return read;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameChars && !name.AsSpan().ContainsAnyExcept(NameChars) && !Reserved.Contains(name)
        && !name.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("proxy-", StringComparison.OrdinalIgnoreCase);
}
