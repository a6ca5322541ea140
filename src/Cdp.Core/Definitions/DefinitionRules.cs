using System.Text;
using System.Text.Json;

namespace Cdp.Core.Definitions;

/// <summary>What every store of definitions demands of its callers, so that all of them refuse the same mistakes in the same way.</summary>
public static class DefinitionRules
{
    /// <summary>Bytes of a body: 1 MiB.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>Versions in one page of a history.</summary>
    public const int MaxHistoryLimit = 1_000;

    private const int MaxKindChars = 64;
    private const int MaxNameChars = 128;
    private const int MaxByChars = 256;
    private const int MaxReasonChars = 1_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks a write.</summary>
    /// <param name="write">The write.</param>
    /// <exception cref="ArgumentException">It is malformed; the message quotes nothing of it.</exception>
    public static void Validate(DefinitionWrite write)
    {
        ArgumentNullException.ThrowIfNull(write);
        ValidateKey(write.Workspace, write.Kind, write.Name);
        Text(write.By, 1, MaxByChars, "who writes");
        Text(write.Reason ?? "", 0, MaxReasonChars, "the reason");
        if (write.ExpectedVersion < 0) throw new ArgumentException("The expected version is below 0.", nameof(write));
        if (write.Body is not { } body) return;
        if (body.Length > MaxBodyBytes) throw new ArgumentException($"The body is larger than {MaxBodyBytes} bytes.", nameof(write));
        if (!IsJson(body)) throw new ArgumentException("The body is not JSON.", nameof(write));
    }

    /// <summary>Checks what names a definition.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">One of them is malformed; the message quotes nothing of it.</exception>
    public static void ValidateKey(string workspace, string kind, string name)
    {
        Text(workspace, 1, MaxNameChars, "the workspace");
        ValidateKind(kind);
        Text(name, 1, MaxNameChars, "the name");
    }

    /// <summary>Checks a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <exception cref="ArgumentException">It is malformed.</exception>
    public static void ValidateKind(string kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (kind.Length is 0 or > MaxKindChars || !kind.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException($"A kind is 1 to {MaxKindChars} lower-case letters, digits and -.", nameof(kind));
    }

    /// <summary>Checks the limit of a page.</summary>
    /// <param name="limit">The limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 1 and <see cref="MaxHistoryLimit"/>.</exception>
    public static void ValidateLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxHistoryLimit);
    }

    /// <summary>What a write meets, given the latest version there is: the rule that all stores share.</summary>
    /// <param name="write">The write.</param>
    /// <param name="latest">The latest version, 0 when there never was one.</param>
    /// <param name="isDeleted">Whether the latest version is a deletion.</param>
    /// <returns><see cref="DefinitionStatus.Written"/> when it may be written.</returns>
    public static DefinitionStatus Judge(DefinitionWrite write, long latest, bool isDeleted)
    {
        var isAbsent = latest == 0 || isDeleted;
        if (write.ExpectedVersion is { } expected && expected != latest && !(expected == 0 && isAbsent)) return DefinitionStatus.Conflict;
        return write.Body is null && isAbsent ? DefinitionStatus.NotFound : DefinitionStatus.Written;
    }

    private static void Text(string text, int min, int max, string what)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length < min || text.Length > max) throw new ArgumentException($"{what} is {min} to {max} characters long.", nameof(text));
        if (text.Any(char.IsControl)) throw new ArgumentException($"{what} holds a control character.", nameof(text));
        try
        {
            _ = Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            // Without the original, which quotes what it met.
            throw new ArgumentException($"{what} is not well-formed text.", nameof(text));
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
