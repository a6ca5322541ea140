using System.Text.Json;

namespace Cdp.Api.Ingest;

/// <summary>Reads members of an object without parsing what is beside them.</summary>
internal static class Members
{
    /// <summary>Nesting is judged per event: one deep event must not fail its batch.</summary>
    public static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>The text of a member, the last one of that name.</summary>
    /// <param name="json">One valid JSON value.</param>
    /// <param name="name">The member's name.</param>
    /// <returns>The text; null when it is no object, has no such member, or that is empty or no valid text.</returns>
    public static string? Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        string? text = null;
        var reader = new Utf8JsonReader(json, AnyDepth);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = Is(ref reader, name);
            reader.Read();
            if (found) text = Text(ref reader);
            reader.Skip();
        }

        return text;
    }

    /// <summary>Whether the name that the reader stands on is the one looked for; one that is no valid text is not.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The text that the reader stands on; null when it is empty or no valid text.</summary>
    public static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
