using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Cdp.Core.Identity;

/// <summary>
/// Values that are no identifiers: junk that clients send in place of one, which would join strangers. The built-in list is the union of what the peers
/// block (PostHog's illegal ids, Segment's <c>^[0-]*$</c>, <c>-1</c>, <c>null</c>, <c>anonymous</c>, Adobe's <c>invalid</c>) and the names that languages
/// give to nothing. It compares without regard to case and also sees through one pair of quotes. No e-mail address is on it, as on no peer's: which
/// addresses are placeholders is for a workspace to say, with patterns.
/// </summary>
public sealed class BlockedValues
{
    private static readonly string[] Junk =
    [
        "null", "(null)", "<null>", "undefined", "none", "(none)", "nil", "nan", "n/a", "-1", "true", "false", "invalid", "[object object]",
        "anonymous", "guest", "unknown", "not_authenticated", "distinctid", "distinct_id", "id", "email",
    ];

    private readonly FrozenSet<string> anyCase;
    private readonly FrozenSet<string> exactCase;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> anyCaseSpans;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> exactCaseSpans;
    private readonly int maxLength;
    private readonly bool zeros;
    private readonly Regex[] patterns;

    /// <summary>The built-in list and a workspace's own patterns.</summary>
    /// <param name="patterns">Regular expressions that must match the whole value, without regard to case. They run in time linear to the value, so
    /// back-references and look-arounds are refused.</param>
    /// <exception cref="ArgumentException">A pattern is invalid; the message names it.</exception>
    public BlockedValues(IEnumerable<string> patterns)
        : this(Junk, [], patterns, zeros: true)
    {
    }

    private BlockedValues(IEnumerable<string> anyCase, IEnumerable<string> exactCase, IEnumerable<string> patterns, bool zeros)
        : this(anyCase, exactCase, [.. patterns.Select(Compile)], zeros)
    {
    }

    private BlockedValues(IEnumerable<string> anyCase, IEnumerable<string> exactCase, Regex[] patterns, bool zeros)
    {
        this.anyCase = anyCase.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        anyCaseSpans = this.anyCase.GetAlternateLookup<ReadOnlySpan<char>>();
        this.exactCase = exactCase.ToFrozenSet(StringComparer.Ordinal);
        exactCaseSpans = this.exactCase.GetAlternateLookup<ReadOnlySpan<char>>();
        maxLength = this.anyCase.Concat(this.exactCase).Select(v => v.Length).DefaultIfEmpty().Max();
        this.zeros = zeros;
        this.patterns = patterns;
    }

    /// <summary>The built-in list alone.</summary>
    public static BlockedValues BuiltIn { get; } = new([]);

    /// <summary>A list of one's own in place of the built-in one, as a preset brings it. Empty values are always blocked.</summary>
    /// <param name="anyCase">Whole values, without regard to case.</param>
    /// <param name="exactCase">Whole values as they are.</param>
    /// <param name="patterns">As in the constructor.</param>
    /// <param name="zeros">Whether values of nothing but zeros and dashes are blocked.</param>
    /// <returns>The list.</returns>
    /// <exception cref="ArgumentException">A pattern is invalid; the message names it.</exception>
    public static BlockedValues Of(IEnumerable<string> anyCase, IEnumerable<string> exactCase, IEnumerable<string> patterns, bool zeros = false) =>
        new(anyCase, exactCase, patterns, zeros);

    /// <summary>This list and more values.</summary>
    /// <param name="more">Whole values as they are.</param>
    /// <param name="morePatterns">As in the constructor.</param>
    /// <returns>A new list.</returns>
    /// <exception cref="ArgumentException">A pattern is invalid; the message names it.</exception>
    public BlockedValues With(IEnumerable<string> more, IEnumerable<string> morePatterns) =>
        new(anyCase, exactCase.Concat(more), [.. patterns, .. morePatterns.Select(Compile)], zeros);

    /// <summary>Whether a trimmed value is no identifier.</summary>
    /// <param name="type">The identifier's type; the lists hold for all types alike today.</param>
    /// <param name="value">The trimmed value.</param>
    /// <returns>True when it is blocked.</returns>
    public bool Contains(string type, string value)
    {
        var bare = Unquote(value);
        if (bare.IsEmpty || (bare.Length <= maxLength && (anyCaseSpans.Contains(bare) || exactCaseSpans.Contains(bare))))
            return true;
        if (zeros && bare[0] is '0' or '-' && bare.IndexOfAnyExcept('0', '-') < 0)
            return true;
        foreach (var pattern in patterns)
        {
            if (pattern.IsMatch(value) || (bare.Length < value.Length && pattern.IsMatch(bare)))
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<char> Unquote(string value)
    {
        var bare = value.AsSpan().Trim();
        return bare.Length >= 2 && bare[0] is '"' or '\'' && bare[^1] == bare[0] ? bare[1..^1].Trim() : bare;
    }

    private static Regex Compile(string pattern)
    {
        const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
        try
        {
            // Alone first: "a)|(b" would be valid only inside the group that anchors it.
            _ = new Regex(pattern, Options);
            return new Regex($@"\A(?:{pattern})\z", Options);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"The pattern '{pattern}' for blocked values is invalid: {e.Message}", nameof(pattern), e);
        }
    }
}
