using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cdp.Core.Activation.Definitions;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Activation.Templates;

/// <summary>Reads a payload's template: a JSON document whose strings may hold placeholders. Names of members are taken as they are.</summary>
/// <param name="kind">The kind of occasion that the trigger waits for.</param>
internal sealed partial class PayloadReader(OccasionKind kind)
{
    private const int MaxDepth = 16;

    /// <summary>The fields that the template names, with the places where it does.</summary>
    public List<(PayloadField Field, Node At)> Fields { get; } = [];

    /// <summary>Reads a template.</summary>
    /// <param name="node">An object.</param>
    /// <returns>The template; null and noted when something is wrong.</returns>
    public PayloadNode? Read(Node node)
    {
        if (node.Element.ValueKind != JsonValueKind.Object)
        {
            node.Note(ProblemCodes.WrongType, "an object");
            return null;
        }

        if (Encoding.UTF8.GetByteCount(node.Element.GetRawText()) > ActivationLimits.MaxTemplateBytes)
        {
            node.Note(ProblemCodes.TooLarge, $"at most {ActivationLimits.MaxTemplateBytes} bytes");
            return null;
        }

        var template = Read(node, 1);
        if (Fields.Count <= ActivationLimits.MaxPlaceholders) return template;
        node.Note(ProblemCodes.TooLarge, $"at most {ActivationLimits.MaxPlaceholders} placeholders");
        return null;
    }

    private PayloadNode? Read(Node node, int depth)
    {
        if (depth > MaxDepth)
        {
            node.Note(ProblemCodes.TooDeep, $"at most {MaxDepth} deep");
            return null;
        }

        switch (node.Element.ValueKind)
        {
            case JsonValueKind.Object:
                (JsonEncodedText, PayloadNode?)[] members =
                    [.. node.Element.EnumerateObject().Select(m => (JsonEncodedText.Encode(m.Name), Read(node.Member(m.Name)!.Value, depth + 1)))];
                return Array.Exists(members, m => m.Item2 is null) ? null : new ObjectNode(members!);
            case JsonValueKind.Array:
                PayloadNode?[] items = [.. node.Items(0, int.MaxValue).Select(item => Read(item, depth + 1))];
                return items.Contains(null) ? null : new ArrayNode(items!);
            case JsonValueKind.String when node.Element.GetString()!.Contains("{{", StringComparison.Ordinal):
                return ReadText(node, node.Element.GetString()!);
            default:
                return new FixedNode(Encoding.UTF8.GetBytes(node.Element.GetRawText()));
        }
    }

    private PayloadNode? ReadText(Node node, string text)
    {
        List<(string, Placeholder?)> pieces = [];
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open)
        {
            var match = Form().Match(text, open);
            if (!match.Success || match.Index != open || ReadPlaceholder(node, match) is not { } placeholder)
            {
                if (!match.Success || match.Index != open) node.Note(ProblemCodes.UnknownValue, "{{path}} or {{path | default: \"value\"}}");
                return null;
            }

            pieces.Add((text[at..open], placeholder));
            at = match.Index + match.Length;
        }

        if (pieces is [("", { } only)] && at == text.Length) return new PlaceholderNode(only);
        pieces.Add((text[at..], null));
        return new TextNode([.. pieces]);
    }

    private Placeholder? ReadPlaceholder(Node node, Match match)
    {
        var field = PayloadField.Find(match.Groups["path"].Value, kind);
        if (field is null)
        {
            node.Note(ProblemCodes.UnknownReference, "one of " + PayloadField.Expected(kind));
            return null;
        }

        Fields.Add((field, node));
        var literal = match.Groups["default"];
        if (!literal.Success) return new(field, default);
        try
        {
            using var document = JsonDocument.Parse(literal.Value);
            return new(field, Encoding.UTF8.GetBytes(literal.Value));
        }
        catch (JsonException)
        {
            node.Note(ProblemCodes.UnknownValue, "a JSON string, number or boolean as the default");
            return null;
        }
    }

    [GeneratedRegex("""\{\{\s*(?<path>[^\s{}|"]+)\s*(\|\s*default:\s*(?<default>"([^"\\]|\\.)*"|[-+.0-9a-zA-Z]+)\s*)?\}\}""", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
