using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cdp.Core.Webhooks;

/// <summary>The secrets that an endpoint's messages are signed with: the newest one, and those before it that are valid for a while.</summary>
/// <param name="Current">The newest.</param>
/// <param name="CreatedAtMs">Unix milliseconds when it was made.</param>
/// <param name="Previous">Those before it, newest first.</param>
/// <remarks>Kept as a definition of its own kind, so that no read of the endpoint can show it.</remarks>
public sealed record WebhookSecrets(string Current, long CreatedAtMs, IReadOnlyList<PreviousSecret> Previous)
{
    /// <summary>The kind of the definitions of secrets; each has its endpoint's id for a name.</summary>
    public const string Kind = "webhook-secret";

    /// <summary>Before the Base64 of a secret's bytes.</summary>
    public const string Prefix = "whsec_";

    /// <summary>Secrets that are valid at a time, so that the header of signatures stays small.</summary>
    public const int MaxValid = 4;

    /// <summary>Bytes of a secret.</summary>
    public const int SecretBytes = 32;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <summary>Puts a new secret in front.</summary>
    /// <param name="before">What there was; null for the first secret.</param>
    /// <param name="secret">32 random bytes.</param>
    /// <param name="nowMs">Unix milliseconds now.</param>
    /// <param name="overlap">For how long the secret in force goes on being valid; zero to end it now.</param>
    /// <returns>The secrets from now on.</returns>
    public static WebhookSecrets Rotate(WebhookSecrets? before, ReadOnlySpan<byte> secret, long nowMs, TimeSpan overlap)
    {
        var until = nowMs + (long)overlap.TotalMilliseconds;
        PreviousSecret[] previous = before is null ? [] : [new(before.Current, until), .. before.Previous];
        // An overlap of zero ends all that was before: that is what one asks for when a secret has leaked.
        return new(Prefix + Convert.ToBase64String(secret), nowMs, [.. previous.Where(p => p.UntilMs > nowMs && until > nowMs).Take(MaxValid - 1)]);
    }

    /// <summary>The secrets to sign with, newest first.</summary>
    /// <param name="nowMs">Unix milliseconds now.</param>
    /// <returns>At least one.</returns>
    public IReadOnlyList<string> ValidAt(long nowMs) => [Current, .. Previous.Where(p => p.UntilMs > nowMs).Select(static p => p.Secret)];

    /// <summary>Writes them for the store.</summary>
    /// <returns>UTF-8 JSON.</returns>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <returns>The secrets; null when they cannot be read by this release.</returns>
    public static WebhookSecrets? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<WebhookSecrets>(json, Options) is { Current: { } current, Previous: not null } read && IsSecret(current) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Never shows a secret.</summary>
    /// <returns>How many there are.</returns>
    public override string ToString() => $"{1 + Previous.Count} secrets";

    private static bool IsSecret(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], new byte[text.Length], out _);
}

/// <summary>A secret that was replaced.</summary>
/// <param name="Secret">The secret.</param>
/// <param name="UntilMs">Unix milliseconds until which it is valid.</param>
public sealed record PreviousSecret(string Secret, long UntilMs)
{
    /// <summary>Never shows the secret.</summary>
    /// <returns>A word.</returns>
    public override string ToString() => "secret";
}
