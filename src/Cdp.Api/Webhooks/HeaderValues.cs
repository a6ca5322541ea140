using System.Text.Json.Nodes;

namespace Cdp.Api.Webhooks;

/// <summary>
/// Values of an endpoint's headers may be credentials: they are read back as null, and a definition that is put with null for one keeps the value that is
/// stored, so that what was read can be changed and put.
/// </summary>
internal static class HeaderValues
{
    private const string Headers = "headers";

    /// <summary>A stored definition without them.</summary>
    public static JsonObject Hide(byte[] body)
    {
        var shown = JsonNode.Parse(body)!.AsObject();
        if (shown[Headers] is JsonObject headers)
        {
            foreach (var name in headers.Select(static h => h.Key).ToList()) headers[name] = null;
        }

        return shown;
    }

    /// <summary>A definition with the stored values in place of null.</summary>
    /// <param name="put">What is put.</param>
    /// <param name="stored">What is stored; null for nothing. A null in <paramref name="put"/> that has no value there stays.</param>
    public static void Keep(JsonObject put, byte[]? stored)
    {
        if (put[Headers] is not JsonObject headers || stored is null || JsonNode.Parse(stored)![Headers] is not JsonObject before) return;
        foreach (var name in headers.Where(static h => h.Value is null).Select(static h => h.Key).ToList())
        {
            if (before.TryGetPropertyValue(name, out var value)) headers[name] = value?.DeepClone();
        }
    }
}
