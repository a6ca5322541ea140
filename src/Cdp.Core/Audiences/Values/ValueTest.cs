using Cdp.Core.Events.Json;

namespace Cdp.Core.Audiences.Values;

/// <summary>A test of one JSON value, which may be missing.</summary>
internal abstract class ValueTest
{
    /// <summary>Whether the answer changes by time alone; such a test cannot stand on an event, whose answer is remembered.</summary>
    public virtual bool ReadsClock => false;

    /// <summary>Judges a value whose answer does not depend on the time.</summary>
    public abstract bool Matches(ReadOnlySpan<byte> json, JsonSlice value);

    /// <summary>Judges a number that stands in no JSON.</summary>
    public virtual bool MatchesNumber(decimal number)
    {
        Span<byte> json = stackalloc byte[40];
        System.Buffers.Text.Utf8Formatter.TryFormat(number, json, out var length);
        return Matches(json[..length], new(0, length, System.Text.Json.JsonTokenType.Number));
    }

    /// <summary>Judges a value at a moment.</summary>
    public virtual Verdict Judge(ReadOnlySpan<byte> json, JsonSlice value, long nowMs) => Verdict.Always(Matches(json, value));
}

/// <summary><c>exists</c>: there, and not null.</summary>
internal sealed class ExistsTest : ValueTest
{
    public override bool Matches(ReadOnlySpan<byte> json, JsonSlice value) => value.HasValue;
}

/// <summary>The exact opposite of a test: <c>ne</c>, <c>not_in</c> and <c>not_exists</c> hold for missing values too.</summary>
internal sealed class OppositeTest(ValueTest inner) : ValueTest
{
    public ValueTest Inner => inner;

    public override bool Matches(ReadOnlySpan<byte> json, JsonSlice value) => !inner.Matches(json, value);
}

/// <summary><c>eq</c>, <c>gt</c>, <c>gte</c>, <c>lt</c>, <c>lte</c> on numbers: a value that is no number fails.</summary>
internal sealed class NumberTest(Comparison comparison, decimal operand) : ValueTest
{
    public override bool Matches(ReadOnlySpan<byte> json, JsonSlice value) =>
        JsonNumber.TryRead(json, value, out var number) && MatchesNumber(number);

    public decimal Operand => operand;

    public override bool MatchesNumber(decimal number) => comparison.Holds(number.CompareTo(operand));
}
