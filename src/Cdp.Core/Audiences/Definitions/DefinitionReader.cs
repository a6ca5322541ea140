using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Definitions;

/// <summary>What all definitions share.</summary>
internal static class DefinitionReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128, AllowDuplicateProperties = false };

    /// <summary>Opens a definition's JSON.</summary>
    /// <returns>The document; null and noted when it is none.</returns>
    public static JsonDocument? Open(ReadOnlyMemory<byte> json, List<DefinitionProblem> problems, int maxBytes = DefinitionLimits.MaxBytes)
    {
        if (json.Length > maxBytes)
        {
            problems.Add(new("$", ProblemCodes.TooLarge, $"at most {maxBytes} bytes"));
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(json, Options);

            // Lone surrogates, broken UTF-8 and NUL pass the parser, and throw only where a string is read.
            if (JsonText.IsStorable(json.Span)) return document;
            document.Dispose();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The parser throws the latter for a repeated name that is no text.
        }

        problems.Add(new("$", ProblemCodes.InvalidJson, "one JSON object, in valid UTF-8, without repeated names, lone surrogates and NUL"));
        return null;
    }

    /// <summary>Reads <c>id</c>, and checks <c>name</c> and <c>description</c>.</summary>
    /// <returns>The id; null and noted when it is none.</returns>
    public static string? ReadHead(Node node)
    {
        node.Member("name")?.Text(200);
        node.Member("description")?.Text(2_000);
        return node.Required("id", "1 to 64 of a-z 0-9 _ -, starting with a letter or digit") is { } id ? ReadId(id) : null;
    }

    /// <summary>An id: what a URL, a JSON member and a database key can all hold without escapes.</summary>
    public static string? ReadId(Node node)
    {
        if (node.Text(64) is not { } text) return null;
        if (char.IsAsciiLetterLower(text[0]) || char.IsAsciiDigit(text[0]))
        {
            if (text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-')) return text;
        }

        node.Note(ProblemCodes.UnknownValue, "1 to 64 of a-z 0-9 _ -, starting with a letter or digit");
        return null;
    }
}
