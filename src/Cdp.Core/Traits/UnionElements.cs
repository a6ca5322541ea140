using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Core.Events;

namespace Cdp.Core.Traits;

/// <summary>The elements of a value under <c>union</c>, each in one way of writing, so that equal ones are the same text.</summary>
internal static class UnionElements
{
    /// <summary>Bytes of an element; larger ones are left out.</summary>
    public const int MaxElementBytes = 512;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Of a list its elements, of anything else itself; nulls are none.</summary>
    public static IEnumerable<string> Of(byte[] json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = EventLimits.MaxDepth + 1 });
        var root = document.RootElement;
        var elements = root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().AsEnumerable() : [root];
        foreach (var element in elements)
        {
            if (element.ValueKind != JsonValueKind.Null && Canonical(element) is { Length: <= MaxElementBytes } text) yield return Encoding.UTF8.GetString(text);
        }
    }

    /// <summary>The list of elements as a reader sees it: in the order of their values, so that it does not depend on who wrote first.</summary>
    public static byte[] ToJson(IEnumerable<string> elements)
    {
        var sorted = elements.Select(Encoding.UTF8.GetBytes).ToArray();
        Array.Sort(sorted, static (a, b) => TraitOrder.Compare(a, b) is not 0 and var order ? order : a.AsSpan().SequenceCompareTo(b));
        return [(byte)'[', .. sorted.SelectMany(static (e, i) => i == 0 ? e : [(byte)',', .. e]), (byte)']'];
    }

    private static byte[] Canonical(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(json, element);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                // Of two members with one name the last one counts.
                foreach (var member in element.EnumerateObject().GroupBy(static m => m.Name, StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Key);
                    Write(json, member.Last().Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(json, item);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(element.GetString());
                break;
            case JsonValueKind.Number when ExactNumber.TryParse(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element), out var number):
                json.WriteRawValue(number.ToUtf8(), skipInputValidation: true);
                break;
            default:
                json.WriteRawValue(element.GetRawText(), skipInputValidation: true);
                break;
        }
    }
}
