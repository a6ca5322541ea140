using System.Text.Json;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Events;

namespace Cdp.Core.Geofences.Definitions;

/// <summary>Reads fences out of JSON: our own document, or a GeoJSON Feature (RFC 7946) whose properties hold the same members.</summary>
public static class FenceReader
{
    private static readonly string[] Head = ["id", "name", "geometry", "radiusMeters", "tags", "metadata", "activeHours", "expiresAt"];
    private static readonly string[] Members = [.. Head, .. FenceOptionsReader.Members];

    /// <summary>Reads a fence. Of a Feature, properties with names of no meaning here become metadata.</summary>
    /// <param name="source">UTF-8 JSON of at most <see cref="FenceLimits.MaxBytes"/> bytes, and the version.</param>
    /// <param name="changedAtMs">Since when this version is in force, Unix milliseconds.</param>
    /// <returns>The fence, or all that is wrong with it.</returns>
    public static FenceReading Read(DefinitionSource source, long changedAtMs)
    {
        ArgumentNullException.ThrowIfNull(source);
        List<DefinitionProblem> problems = [];
        using var document = DefinitionReader.Open(source.Json, problems, FenceLimits.MaxBytes);
        if (document is null) return new(null, problems);
        var fence = Read(new(document.RootElement, "$", problems), source.Version, changedAtMs);
        return problems.Count > 0 ? new(null, problems) : new(fence, problems);
    }

    private static Fence? Read(Node root, long version, long changedAtMs)
    {
        var isFeature = root.Element.ValueKind == JsonValueKind.Object && root.Element.TryGetProperty("type", out var type) && type.ValueEquals("Feature");
        var node = root;
        if (isFeature)
        {
            root.IsObject("type", "id", "bbox", "geometry", "properties");
            if (root.Required("properties", "an object; of it the id, unless the feature has one itself") is not { Element.ValueKind: JsonValueKind.Object } properties) return null;
            node = properties;
        }
        else if (!root.IsObject(Members))
        {
            return null;
        }

        var id = ReadId(root, node, isFeature);
        var radius = node.Member("radiusMeters");
        var shape = root.Required("geometry", "a Polygon, a MultiPolygon, a Circle, or a Point with radiusMeters") is { } g ? new GeometryReader(g).Read(radius) : null;
        var name = node.Member("name")?.Text(200);
        string[] tags = node.Member("tags") is { } t ? [.. t.Items(0, FenceLimits.MaxTags).Select(item => item.Text(64)).OfType<string>()] : [];
        var metadata = FenceMetadata.Read(node, isFeature ? Members : []);
        var hours = node.Member("activeHours") is { } h ? ActiveHoursReader.Read(h) : null;
        var expiry = node.Member("expiresAt") is { } e ? ReadTime(e) : null;
        var options = FenceOptionsReader.Read(node);
        if (id is null || shape is null) return null;
        return new(id, shape)
        {
            Name = name,
            Version = version,
            ChangedAtMs = changedAtMs,
            ExpiresAtMs = expiry,
            Tags = tags,
            MetadataJson = metadata,
            ActiveHours = hours,
            Options = options,
        };
    }

    private static string? ReadId(Node root, Node properties, bool isFeature)
    {
        if (isFeature && root.Member("id") is { } own)
        {
            if (properties.Member("id") is { } second) second.Note(ProblemCodes.Ambiguous, "one id, the feature's own");
            return DefinitionReader.ReadId(own);
        }

        return properties.Required("id", "1 to 64 of a-z 0-9 _ -, starting with a letter or digit") is { } id ? DefinitionReader.ReadId(id) : null;
    }

    private static long? ReadTime(Node node)
    {
        if (node.Text(40) is not { } text) return null;
        if (TimestampReader.TryParseIso(System.Text.Encoding.UTF8.GetBytes(text), out var ms)) return ms;
        node.Note(ProblemCodes.UnknownValue, "a time such as 2026-12-24T18:00:00Z");
        return null;
    }
}

/// <summary>A fence, or why there is none.</summary>
/// <param name="Fence">Null when <paramref name="Problems"/> has any.</param>
/// <param name="Problems">All that is wrong.</param>
public sealed record FenceReading(Fence? Fence, IReadOnlyList<DefinitionProblem> Problems);
