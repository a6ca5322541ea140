using System.Buffers;
using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>What a user says of a fence, for payloads and lists: names with texts, numbers and truth values.</summary>
internal static class FenceMetadata
{
    /// <summary>Reads <c>metadata</c>, and of a Feature's properties those that are no member of a fence.</summary>
    /// <returns>A JSON object; null when there is none.</returns>
    public static string? Read(Node node, string[] membersOfFeature)
    {
        List<(string Name, Node Value)> found = [];
        if (node.Member("metadata") is { } metadata)
        {
            if (metadata.Element.ValueKind != JsonValueKind.Object) metadata.Note(ProblemCodes.WrongType, "an object");
            else found.AddRange(metadata.Element.EnumerateObject().Select(m => (m.Name, metadata.Member(m.Name)!.Value)));
        }

        if (membersOfFeature.Length > 0)
            found.AddRange(node.Element.EnumerateObject().Where(m => !membersOfFeature.Contains(m.Name)).Select(m => (m.Name, node.Member(m.Name)!.Value)));
        if (found.Count > FenceLimits.MaxMetadata) node.Note(ProblemCodes.TooLarge, $"at most {FenceLimits.MaxMetadata} members of metadata");
        var written = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(written);
        json.WriteStartObject();
        foreach (var (name, value) in found.DistinctBy(m => m.Name))
        {
            if (!IsScalar(value)) continue;
            json.WritePropertyName(name);
            value.Element.WriteTo(json);
        }

        json.WriteEndObject();
        json.Flush();
        return found.Count == 0 ? null : Encoding.UTF8.GetString(written.WrittenSpan);
    }

    private static bool IsScalar(Node value)
    {
        switch (value.Element.ValueKind)
        {
            case JsonValueKind.String when value.Element.GetString()!.Length > DefinitionLimits.MaxChars:
                value.Note(ProblemCodes.OutOfRange, $"at most {DefinitionLimits.MaxChars} characters");
                return false;
            case JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                return true;
            default:
                value.Note(ProblemCodes.WrongType, "a text, a number, true or false");
                return false;
        }
    }
}
