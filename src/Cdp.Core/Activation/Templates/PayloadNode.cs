using System.Text;
using System.Text.Json;

namespace Cdp.Core.Activation.Templates;

/// <summary>One value of a payload's template.</summary>
internal abstract class PayloadNode
{
    public abstract void Write(Utf8JsonWriter json, PayloadContext context);
}

/// <summary>A value that holds no placeholder.</summary>
internal sealed class FixedNode(byte[] value) : PayloadNode
{
    public override void Write(Utf8JsonWriter json, PayloadContext context) => json.WriteRawValue(value, skipInputValidation: true);
}

/// <summary>An object.</summary>
internal sealed class ObjectNode((JsonEncodedText Name, PayloadNode Value)[] members) : PayloadNode
{
    public override void Write(Utf8JsonWriter json, PayloadContext context)
    {
        json.WriteStartObject();
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            value.Write(json, context);
        }

        json.WriteEndObject();
    }
}

/// <summary>An array.</summary>
internal sealed class ArrayNode(PayloadNode[] items) : PayloadNode
{
    public override void Write(Utf8JsonWriter json, PayloadContext context)
    {
        json.WriteStartArray();
        foreach (var item in items) item.Write(json, context);
        json.WriteEndArray();
    }
}

/// <summary>A string that is exactly one placeholder: the value keeps its JSON type, and one that is missing is null.</summary>
internal sealed class PlaceholderNode(Placeholder placeholder) : PayloadNode
{
    public override void Write(Utf8JsonWriter json, PayloadContext context)
    {
        var value = placeholder.Read(context);
        if (value.IsEmpty) json.WriteNullValue();
        else json.WriteRawValue(value.Span, skipInputValidation: true);
    }
}

/// <summary>A string with placeholders among other text: texts go in as they are, everything else as its JSON, and nothing for what is missing.</summary>
internal sealed class TextNode((string Text, Placeholder? Placeholder)[] pieces) : PayloadNode
{
    public override void Write(Utf8JsonWriter json, PayloadContext context)
    {
        var text = new StringBuilder();
        foreach (var (literal, placeholder) in pieces)
        {
            text.Append(literal);
            if (placeholder?.Read(context) is { IsEmpty: false } value) text.Append(TextOf(value.Span));
        }

        json.WriteStringValue(text.ToString());
    }

    private static string TextOf(ReadOnlySpan<byte> value)
    {
        if (value[0] != '"') return Encoding.UTF8.GetString(value);
        var reader = new Utf8JsonReader(value);
        reader.Read();
        return reader.GetString()!;
    }
}

/// <summary><c>{{path | default: "value"}}</c>.</summary>
/// <param name="Field">Where the value comes from.</param>
/// <param name="Default">UTF-8 JSON of the value when there is none; empty for null.</param>
internal sealed record Placeholder(PayloadField Field, ReadOnlyMemory<byte> Default)
{
    public ReadOnlyMemory<byte> Read(PayloadContext context) => Field.Read(context) is { IsEmpty: false } value ? value : Default;
}
