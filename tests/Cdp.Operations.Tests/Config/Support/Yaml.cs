using System.Globalization;
using Cdp.Testing;
using YamlDotNet.Serialization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Cdp.Operations.Tests.Config.Support;

/// <summary>YAML files of <c>cluster-config</c>, as dictionaries and lists.</summary>
internal static class Yaml
{
    public static string Folder => Path.Combine(RepositoryRoot.Find()!, "cluster-config");

    /// <summary>All documents of a file.</summary>
    /// <exception cref="YamlException">It is no YAML, or a key stands twice.</exception>
    public static IReadOnlyList<Dictionary<object, object>> Read(string name)
    {
        var documents = new List<Dictionary<object, object>>();
        using var text = File.OpenText(Path.Combine(Folder, name));
        var parser = new Parser(text);
        var deserializer = new DeserializerBuilder().WithDuplicateKeyChecking().Build();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _)) documents.Add(deserializer.Deserialize<Dictionary<object, object>>(parser));
        return documents;
    }

    /// <summary>The one document of a kind.</summary>
    public static Dictionary<object, object> ReadKind(string name, string kind) => Read(name).Single(d => (string)d["kind"] == kind);

    public static Dictionary<object, object> Map(this Dictionary<object, object> node, params string[] path) =>
        path.Aggregate(node, (n, key) => (Dictionary<object, object>)n[key]);

    public static IEnumerable<Dictionary<object, object>> Items(this Dictionary<object, object> node, string key) => ((List<object>)node[key]).Cast<Dictionary<object, object>>();

    public static string[] Texts(this Dictionary<object, object> node, string key) => [.. ((List<object>)node[key]).Cast<string>()];

    public static int Number(this Dictionary<object, object> node, string key) => int.Parse((string)node[key], CultureInfo.InvariantCulture);
}
