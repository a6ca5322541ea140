using System.Text;

namespace Cdp.Api.Operations;

/// <summary>The OpenAPI document: written by hand beside the contract, held against the mapped routes by a test.</summary>
internal static class OpenApiDocument
{
    public static ReadOnlyMemory<byte> Json { get; } = Load();

    private static byte[] Load()
    {
        using var resource = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd().Replace("{version}", CdpApi.Version, StringComparison.Ordinal));
    }
}
