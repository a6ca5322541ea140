using System.Text;
using System.Text.Json;

namespace Cdp.Core.Events.Json;

/// <summary>Walks the members of one JSON object, or the items of one array, without going into their values.</summary>
internal ref struct JsonMembers
{
    private Utf8JsonReader reader;
    private readonly bool isObject;

    /// <summary>Starts before the first member.</summary>
    /// <param name="json">A valid JSON text; when it is neither object nor array there are no members.</param>
    public JsonMembers(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return;
        reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth * 2 });
        reader.Read();
        isObject = reader.TokenType == JsonTokenType.StartObject;
    }

    /// <summary>The member's name, unescaped; empty for the items of an array.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The member's name as it is written.</summary>
    public ReadOnlySpan<byte> RawName { get; private set; }

    /// <summary>The member's value.</summary>
    public JsonSlice Value { get; private set; }

    /// <summary>Goes to the next member.</summary>
    /// <returns>False at the end.</returns>
    public bool Next()
    {
        if (!reader.Read() || reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            return false;
        if (isObject)
        {
            RawName = reader.ValueSpan;
            Name = NameOf(ref reader);
            reader.Read();
        }

        Value = Scalar(ref reader);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            reader.Skip();
            Value = Value with { Length = (int)reader.BytesConsumed - Value.Start };
        }

        return true;
    }

    /// <summary>Members of an object, repeated names counted each time.</summary>
    public static int Count(ReadOnlySpan<byte> json)
    {
        var members = new JsonMembers(json);
        var count = 0;
        while (members.Next())
            count++;
        return count;
    }

    /// <summary>The name that the reader stands on, unescaped.</summary>
    public static ReadOnlySpan<byte> NameOf(scoped ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;

    /// <summary>The place of the value that the reader stands on; of an object or array only its start.</summary>
    public static JsonSlice Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, JsonTokenType.String, reader.ValueIsEscaped),
        JsonTokenType.StartObject or JsonTokenType.StartArray => new((int)reader.TokenStartIndex, 1, reader.TokenType),
        _ => new((int)reader.TokenStartIndex, reader.ValueSpan.Length, reader.TokenType),
    };
}
