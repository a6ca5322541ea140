using System.Text;
using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Values;

/// <summary>What <see cref="TextTest"/> looks for.</summary>
internal enum TextPlace
{
    Start,
    End,
    Anywhere,
}

/// <summary><c>starts_with</c>, <c>ends_with</c>, and <c>contains</c>: text within a text, in ordinal order and with regard to case.</summary>
internal sealed class TextTest(TextPlace place, string operand) : ValueTest
{
    private readonly byte[] _operand = Encoding.UTF8.GetBytes(operand);

    public override bool Matches(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (!value.IsString) return false;
        var text = value.Escaped ? Encoding.UTF8.GetBytes(JsonText.Read(json, value)) : value.In(json);
        return place switch
        {
            TextPlace.Start => text.StartsWith(_operand),
            TextPlace.End => text.EndsWith(_operand),
            _ => text.IndexOf(_operand) >= 0,
        };
    }
}

/// <summary><c>contains</c>: an array that holds the value, or a text that holds the text.</summary>
internal sealed class ContainsTest(JsonElement operand) : ValueTest
{
    private readonly OneOfTest _item = new([operand]);
    private readonly TextTest? _text = operand.ValueKind == JsonValueKind.String ? new(TextPlace.Anywhere, operand.GetString()!) : null;

    public override bool Matches(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (value.Kind != JsonTokenType.StartArray) return _text?.Matches(json, value) == true;
        var array = value.In(json);
        var items = new JsonMembers(array);
        while (items.Next())
        {
            if (_item.Matches(array, items.Value)) return true;
        }

        return false;
    }
}
