using System.Globalization;
using System.Text.Json;

namespace Cdp.Core.Audiences.Definitions;

/// <summary>One JSON value of a definition with the path to it. What is wrong is noted and reading goes on, so that a user sees all of it at once.</summary>
internal readonly struct Node(JsonElement element, string path, List<DefinitionProblem> problems)
{
    public JsonElement Element => element;

    public string Path => path;

    public void Note(string code, string expected) => problems.Add(new(path, code, expected));

    /// <summary>Whether it is an object with no members but these; notes it when not.</summary>
    public bool IsObject(params ReadOnlySpan<string> members)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Note(ProblemCodes.WrongType, "an object");
            return false;
        }

        foreach (var member in element.EnumerateObject())
        {
            // The unknown name itself is the user's own word for a field, not a value.
            if (!members.Contains(member.Name)) problems.Add(new($"{path}.{member.Name}", ProblemCodes.UnknownMember, "one of " + string.Join(", ", members!)));
        }

        return true;
    }

    public bool Has(string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    public Node? Member(string name) =>
        element.TryGetProperty(name, out var value) ? new Node(value, $"{path}.{name}", problems) : null;

    public Node? Required(string name, string expected)
    {
        if (Member(name) is { } node) return node;
        problems.Add(new($"{path}.{name}", ProblemCodes.Missing, expected));
        return null;
    }

    /// <summary>The items of an array; empty and noted when it is none or has too few or too many.</summary>
    public Node[] Items(int min, int max)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            Note(ProblemCodes.WrongType, "an array");
            return [];
        }

        var count = element.GetArrayLength();
        if (count < min || count > max)
        {
            Note(ProblemCodes.OutOfRange, $"{min} to {max} items");
            return [];
        }

        var (at, notes) = (path, problems);
        return [.. element.EnumerateArray().Select((item, i) => new Node(item, string.Create(CultureInfo.InvariantCulture, $"{at}[{i}]"), notes))];
    }

    public string? Text(int max = DefinitionLimits.MaxChars)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            Note(ProblemCodes.WrongType, "a string");
            return null;
        }

        if (ReadString() is { } text && text.Length >= 1 && text.Length <= max) return text;
        Note(ProblemCodes.OutOfRange, $"1 to {max} characters");
        return null;
    }

    /// <summary>True or false; false and noted when it is neither.</summary>
    public bool Flag()
    {
        if (element.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Note(ProblemCodes.WrongType, "true or false");
        return element.ValueKind == JsonValueKind.True;
    }

    /// <summary>One of some words; -1 and noted when it is none of them.</summary>
    public int Word(params ReadOnlySpan<string> words)
    {
        var at = element.ValueKind == JsonValueKind.String && ReadString() is { } text ? words.IndexOf(text) : -1;
        if (at < 0) Note(ProblemCodes.UnknownValue, "one of " + string.Join(", ", words!));
        return at;
    }

    public decimal? Number(decimal min = decimal.MinValue, decimal max = decimal.MaxValue)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDecimal(out var number))
        {
            Note(ProblemCodes.WrongType, "a number");
            return null;
        }

        if (number >= min && number <= max) return number;
        Note(ProblemCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));
        return null;
    }

    public int? Whole(int min, int max)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out var number))
        {
            Note(ProblemCodes.WrongType, "a whole number");
            return null;
        }

        if (number >= min && number <= max) return number;
        Note(ProblemCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));
        return null;
    }

    // A lone surrogate is no text; the reader says so only when asked for it.
    private string? ReadString()
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
