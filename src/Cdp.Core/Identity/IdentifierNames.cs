namespace Cdp.Core.Identity;

/// <summary>The identifier types that events carry in places of their own (design.md section 6). Others come with <c>context.externalIds</c>.</summary>
public static class IdentifierNames
{
    /// <summary><c>userId</c>.</summary>
    public const string UserId = "user_id";

    /// <summary><c>anonymousId</c>.</summary>
    public const string AnonymousId = "anonymous_id";

    /// <summary><c>traits.email</c>.</summary>
    public const string Email = "email";

    /// <summary><c>traits.phone</c>.</summary>
    public const string Phone = "phone";

    /// <summary>An entry of <c>context.externalIds</c>.</summary>
    public const string CrmId = "crm_id";

    /// <summary><c>context.device.id</c>.</summary>
    public const string DeviceId = "device_id";

    /// <summary><c>context.device.advertisingId</c> of an Apple device.</summary>
    public const string Idfa = "idfa";

    /// <summary><c>context.device.advertisingId</c> of an Android device.</summary>
    public const string Gaid = "gaid";

    private static readonly string[] All = [UserId, AnonymousId, Email, Phone, CrmId, DeviceId, Idfa, Gaid];

    /// <summary>Normalises the name of a type: trimmed, lower case, 1 to 64 of <c>a-z 0-9 _ . -</c>.</summary>
    /// <param name="raw">The name as given.</param>
    /// <param name="name">The name of the type.</param>
    /// <returns>False when it is no name of a type.</returns>
    public static bool TryNormalize(string? raw, out string name)
    {
        foreach (var known in All)
        {
            if (known.Equals(raw, StringComparison.Ordinal))
            {
                name = known;
                return true;
            }
        }

        name = raw?.Trim().ToLowerInvariant() ?? "";
        return name.Length is > 0 and <= 64 && name.AsSpan().IndexOfAnyExcept(NameChars) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> NameChars =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");
}
