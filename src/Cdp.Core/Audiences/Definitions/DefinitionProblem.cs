namespace Cdp.Core.Audiences.Definitions;

/// <summary>What is wrong with a definition of an audience or a computed trait. It never quotes a value of the definition.</summary>
/// <param name="Path">Where, as a JSON path from the definition's root: <c>$.rule.all[0].within</c>.</param>
/// <param name="Code">A stable code, one of <see cref="ProblemCodes"/>.</param>
/// <param name="Expected">What was expected there, in words.</param>
public sealed record DefinitionProblem(string Path, string Code, string Expected);

/// <summary>The codes of <see cref="DefinitionProblem"/>. They are part of the HTTP contract.</summary>
public static class ProblemCodes
{
#pragma warning disable CS1591 // Each code says what its name says.
    public const string InvalidJson = "invalid_json";
    public const string WrongType = "wrong_type";
    public const string Missing = "missing_member";
    public const string UnknownMember = "unknown_member";
    public const string UnknownValue = "unknown_value";
    public const string OutOfRange = "out_of_range";
    public const string Ambiguous = "ambiguous_kind";
    public const string TooDeep = "too_deep";
    public const string TooLarge = "too_large";
    public const string UnknownReference = "unknown_reference";
    public const string Cycle = "cycle";
    public const string DuplicateId = "duplicate_id";
#pragma warning restore CS1591
}
