using System.Text;
using System.Text.Json;
using Cdp.Core.Audiences;

namespace Cdp.Testing.Audiences;

/// <summary>Definitions as tests write them.</summary>
public static class TestDefinitions
{
    /// <summary>Audiences in force, of one version, without computed traits.</summary>
    public static AudiencesInForce InForce(long version, params string[] audiences)
    {
        var sources = audiences.ToDictionary(Id, a => new DefinitionSource(Encoding.UTF8.GetBytes(a), version));
        var set = DefinitionSet.Empty with { Audiences = new SortedDictionary<string, DefinitionSource>(sources, StringComparer.Ordinal) };
        return AudiencesInForce.Of(set, set.Compile().Plan!);
    }

    private static string Id(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("id").GetString()!;
    }
}
