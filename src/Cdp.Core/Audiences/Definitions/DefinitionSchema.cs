namespace Cdp.Core.Audiences.Definitions;

/// <summary>The published JSON schema (draft 2020-12) of definitions: <c>#/$defs/audience</c> and <c>#/$defs/computedTrait</c>.</summary>
public static class DefinitionSchema
{
    /// <summary>The schema: UTF-8 JSON. Do not change the array.</summary>
    public static byte[] Json { get; } = Read();

    private static byte[] Read()
    {
        using var stream = typeof(DefinitionSchema).Assembly.GetManifestResourceStream("definitions.schema.json")!;
        var json = new byte[stream.Length];
        stream.ReadExactly(json);
        return json;
    }
}
