using Cdp.Core.Events;

namespace Cdp.Api.Auth;

/// <summary>What an API key may do.</summary>
[Flags]
internal enum KeyScopes
{
    None = 0,
    Read = 1,
    Ingest = 2,
    Admin = 4,
    Erase = 8,
    All = Read | Ingest | Admin | Erase,
}

/// <summary>One configured key, without the key itself.</summary>
/// <param name="Digest">Its hash.</param>
/// <param name="Workspace">The one workspace that it opens.</param>
/// <param name="Scopes">What it may do as an API key; none for a write key.</param>
/// <param name="IsWriteKey">True when it may stand in a browser: it takes events in and nothing else.</param>
/// <param name="Source">What the events that come by it are marked with.</param>
internal sealed record KeyEntry(KeyDigest Digest, string Workspace, KeyScopes Scopes, bool IsWriteKey, EventSource Source)
{
    /// <summary>What the key is called in audits: its label, else the first digits of its hash. Never the key.</summary>
    public string Who => Label ?? $"key:{Digest.Prefix}";

    /// <summary>The key's name in the configuration; null when it has none.</summary>
    public string? Label { get; init; }

    public bool MayIngest => IsWriteKey || Has(KeyScopes.Ingest);

    public bool Has(KeyScopes scope) => (Scopes & scope) == scope;
}

internal static class KeyScopeNames
{
    public static bool TryParse(string? text, out KeyScopes scope)
    {
        scope = text switch
        {
            "read" => KeyScopes.Read,
            "ingest" => KeyScopes.Ingest,
            "admin" => KeyScopes.Admin,
            "erase" => KeyScopes.Erase,
            _ => KeyScopes.None,
        };
        return scope != KeyScopes.None;
    }

    public static string Name(KeyScopes scope) => scope switch
    {
        KeyScopes.Read => "read",
        KeyScopes.Ingest => "ingest",
        KeyScopes.Admin => "admin",
        _ => "erase",
    };
}
