using System.Collections.Concurrent;
using System.Text.Json;

namespace Cdp.Core.Profiles;

/// <summary>
/// Shares the strings that repeat over profiles (trait names, event names, sources), so that a million profiles do not hold a million copies.
/// Bounded: when it is full, further strings are simply not shared.
/// </summary>
internal sealed class StringPool
{
    private const int MaxStrings = 50_000;
    private const int MaxChars = 128;

    private readonly ConcurrentDictionary<string, string> _strings = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private int _count;

    private StringPool() => _bySpan = _strings.GetAlternateLookup<ReadOnlySpan<char>>();

    public static StringPool Shared { get; } = new();

    public string Intern(string text)
    {
        if (_strings.TryGetValue(text, out var shared)) return shared;
        if (text.Length > MaxChars || _count >= MaxStrings) return text;
        Interlocked.Increment(ref _count);
        return _strings.GetOrAdd(text, text);
    }

    /// <summary>The string that a JSON reader stands on, without allocating it when it is shared already.</summary>
    public string Intern(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueSpan.Length > MaxChars) return reader.GetString()!;
        Span<char> chars = stackalloc char[MaxChars];
        var length = reader.CopyString(chars);
        return _bySpan.TryGetValue(chars[..length], out var shared) ? shared : Intern(new string(chars[..length]));
    }
}
