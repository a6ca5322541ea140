using System.Text;
using System.Text.Json;
using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Values;

/// <summary><c>eq</c> and <c>in</c>: the same JSON type and the same value; 1 and 1.0 are the same number, "1" is none.</summary>
internal sealed class OneOfTest : ValueTest
{
    private const int MaxChars = Definitions.DefinitionLimits.MaxChars;

    private readonly HashSet<decimal> _numbers = [];
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _byChars;
    private readonly byte[]? _onlyText;
    private readonly bool _true, _false;

    /// <param name="values">Strings, numbers and booleans.</param>
    public OneOfTest(IEnumerable<JsonElement> values)
    {
        foreach (var value in values)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Number: _numbers.Add(value.GetDecimal()); break;
                case JsonValueKind.True: _true = true; break;
                case JsonValueKind.False: _false = true; break;
                default: _texts.Add(value.GetString()!); break;
            }
        }

        if (_texts.Count == 1) _onlyText = Encoding.UTF8.GetBytes(_texts.First());
        _byChars = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public override bool Matches(ReadOnlySpan<byte> json, JsonSlice value) => value.Kind switch
    {
        JsonTokenType.String => MatchesText(json, value),
        JsonTokenType.Number => _numbers.Count > 0 && JsonNumber.TryRead(json, value, out var number) && _numbers.Contains(number),
        JsonTokenType.True => _true,
        JsonTokenType.False => _false,
        _ => false,
    };

    private bool MatchesText(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (_texts.Count == 0) return false;
        if (value.Escaped) return _texts.Contains(JsonText.Read(json, value));
        var text = value.In(json);
        if (_onlyText is not null) return text.SequenceEqual(_onlyText);
        if (text.Length > MaxChars * 3) return false;
        Span<char> chars = stackalloc char[text.Length];
        return _byChars.Contains(chars[..Encoding.UTF8.GetChars(text, chars)]);
    }
}
