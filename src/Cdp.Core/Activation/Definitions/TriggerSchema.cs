using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Activation.Definitions;

/// <summary>
/// The published JSON schema (draft 2020-12) of triggers, <c>#/$defs/trigger</c>, and of what holds for all of them, <c>#/$defs/activationSettings</c>. It holds what it takes over from
/// <see cref="DefinitionSchema"/>, so that it stands alone.
/// </summary>
public static class TriggerSchema
{
    private const string Name = "triggers.schema.json";
    private const string Taken = "definitions.schema.json#/$defs/";

    /// <summary>The schema: UTF-8 JSON. Do not change the array.</summary>
    public static byte[] Json { get; } = Read();

    private static byte[] Read()
    {
        using var stream = typeof(TriggerSchema).Assembly.GetManifestResourceStream(Name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var schema = JsonNode.Parse(reader.ReadToEnd().Replace(Taken, "#/$defs/", StringComparison.Ordinal))!;
        var own = schema["$defs"]!.AsObject();
        foreach (var (name, definition) in JsonNode.Parse(DefinitionSchema.Json)!["$defs"]!.AsObject()) own.Add(name, definition!.DeepClone());
        return Encoding.UTF8.GetBytes(schema.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }
}
