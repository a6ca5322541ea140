using System.Text.Json;
using Cdp.Cli.Http;

namespace Cdp.Cli.Identity;

/// <summary>Calls under <c>/v1/identity</c>.</summary>
internal static class IdentityCall
{
    /// <summary>Sends a call, see <see cref="ApiCall.SendAsync"/>.</summary>
    public static Task<byte[]> SendAsync(
        CdpServer server, HttpMethod method, string path, string what, CancellationToken cancellationToken, ReadOnlyMemory<byte>? json = null, long? version = null) =>
        ApiCall.SendAsync(server, method, "identity/" + path, what, cancellationToken, json, version);

    /// <summary>Writes a body.</summary>
    public static byte[] Body(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
