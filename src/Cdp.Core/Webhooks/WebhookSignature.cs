using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cdp.Core.Webhooks;

/// <summary>Signatures by the symmetric scheme <c>v1</c> of Standard Webhooks (https://www.standardwebhooks.com).</summary>
public static class WebhookSignature
{
    /// <summary>Signs a message.</summary>
    /// <param name="secrets">Secrets with their prefix, as <see cref="WebhookSecrets"/> has them.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="timestamp">Unix seconds of the attempt.</param>
    /// <param name="body">The body as it is sent.</param>
    /// <returns>The header: <c>v1,</c> and the Base64 of HMAC-SHA256 over <c>id.timestamp.body</c>, once for each secret, with spaces between.</returns>
    public static string Sign(IReadOnlyList<string> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(head.Length));
        return string.Join(' ', secrets.Select(s => "v1," + Convert.ToBase64String(
            HMACSHA256.HashData(Convert.FromBase64String(s[WebhookSecrets.Prefix.Length..]), signed))));
    }
}
