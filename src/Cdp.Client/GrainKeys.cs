using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Cdp.Core.Identity;

namespace Cdp.Client;

/// <summary>
/// The keys of grains: <c>workspace|guid</c> for a customer, <c>workspace|type|hash</c> for an identifier. Orleans writes keys into logs, exceptions,
/// traces and its dashboard, so an identifier's value, which is personal data, stands there as its SHA-256 only.
/// </summary>
public static class GrainKeys
{
    private const int MaxStackBytes = 1_024;

    /// <summary>The key of a customer's grain.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="customer">The customer.</param>
    /// <returns>The key.</returns>
    public static string Of(string workspace, CustomerId customer) => string.Concat(workspace, "|", customer.ToString());

    /// <summary>The key of an identifier's grain.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="identifier">The identifier.</param>
    /// <returns>The key.</returns>
    public static string Of(string workspace, Identifier identifier)
    {
        var count = Encoding.UTF8.GetMaxByteCount(identifier.Value.Length);
        var bytes = count <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : new byte[count];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(identifier.Value, bytes)], hash);
        return string.Concat(string.Concat(workspace, "|", identifier.Type, "|"), Base64Url.EncodeToString(hash));
    }

    /// <summary>Reads a customer's key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="customer">The customer.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryReadCustomer(string key, [NotNullWhen(true)] out string? workspace, out CustomerId customer)
    {
        workspace = null;
        customer = default;
        var bar = key.IndexOf('|', StringComparison.Ordinal);
        if (bar <= 0 || !Guid.TryParseExact(key.AsSpan(bar + 1), "D", out var id)) return false;
        (workspace, customer) = (string.Intern(key[..bar]), new CustomerId(id));
        return true;
    }

    /// <summary>The workspace of an identifier's key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The workspace; null when it is no such key.</returns>
    public static string? WorkspaceOf(string key) =>
        key.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar ? string.Intern(key[..bar]) : null;
}
