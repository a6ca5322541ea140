using Cdp.Core.Identity;

namespace Cdp.Core.Tests.Identity;

public class BlockedValuesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("null")]
    [InlineData("undefined")]
    [InlineData("\"undefined\"")]
    [InlineData("' undefined '")]
    [InlineData("[object Object]")]
    [InlineData("\"[object Object]\"")]
    [InlineData("GUEST")]
    [InlineData("uNdEfInEd")]
    [InlineData("None")]
    [InlineData("nil")]
    [InlineData("NaN")]
    [InlineData("anonymous")]
    [InlineData("Unknown")]
    [InlineData("True")]
    [InlineData("false")]
    [InlineData("invalid")]
    [InlineData("distinct_id")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("-")]
    [InlineData("0000-0000")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("\"\"")]
    public void Junk_of_every_peer_is_blocked(string value) => Assert.True(BlockedValues.BuiltIn.Contains("user_id", value));

    // D4: PostHog lets "nan" and "Null" pass, as its list tells them apart by case. Nobody is called either, so ours does not.
    [Theory]
    [InlineData("nan")]
    [InlineData("Null")]
    public void D4_unlike_posthog_case_makes_no_junk_valid(string value) => Assert.True(BlockedValues.BuiltIn.Contains("user_id", value));

    [Theory]
    [InlineData("nan", false)]
    [InlineData("NaN", true)]
    [InlineData("Null", false)]
    [InlineData("null", true)]
    [InlineData("GUEST", true)]
    [InlineData("0", true)]
    [InlineData("0-0", false)]
    [InlineData("", true)]
    public void D4_a_list_of_ones_own_can_tell_case_apart(string value, bool blocked) =>
        Assert.Equal(blocked, BlockedValues.Of(["guest"], ["NaN", "null", "0"], []).Contains("user_id", value));

    [Theory]
    [InlineData("u1")]
    [InlineData("nullable")]
    [InlineData("guest42")]
    [InlineData("100-000")]
    [InlineData("test@test.com")]
    [InlineData("6f8cc178-61ce-49af-8494-619415802dcb")]
    public void Other_values_pass(string value) => Assert.False(BlockedValues.BuiltIn.Contains("user_id", value));

    [Theory]
    [InlineData("abc123", true)]
    [InlineData("ABC123", true)]
    [InlineData("'abc123'", true)]
    [InlineData("xabc123", false)]
    [InlineData("abc1234", false)]
    [InlineData("qa-7", true)]
    [InlineData("null", true)]
    public void Patterns_match_the_whole_value_in_any_case_beside_the_built_in_list(string value, bool blocked) =>
        Assert.Equal(blocked, new BlockedValues(["abc123", "qa-\\d|bot-\\d"]).Contains("user_id", value));

    [Theory]
    [InlineData("(")]
    [InlineData("a)|(?:b")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=x)y")]
    public void An_invalid_pattern_is_named(string pattern) =>
        Assert.Contains(pattern, Assert.Throws<ArgumentException>(() => new BlockedValues([pattern])).Message, StringComparison.Ordinal);
}
