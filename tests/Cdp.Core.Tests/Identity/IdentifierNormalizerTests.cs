using Cdp.Core.Identity;

namespace Cdp.Core.Tests.Identity;

public class IdentifierNormalizerTests
{
    [Theory]
    [InlineData("email", " A.B@Example.COM ", "a.b@example.com")]
    [InlineData("email", "JOSE\u0301@example.com", "jos\u00e9@example.com")]
    [InlineData("email", "JOS\u00c9@example.com", "jos\u00e9@example.com")]
    [InlineData("Email", "a@b", "a@b")]
    [InlineData("phone", "+44 20 7946 0958", "+442079460958")]
    [InlineData("user_id", "User-456", "User-456")]
    [InlineData("user_id", "\u3000x\u00a0", "x")]
    [InlineData(" Loyalty.No_1-x ", "L", "L")]
    public void Values_are_brought_into_one_form(string type, string raw, string expected)
    {
        Assert.True(IdentifierNormalizer.TryNormalize(IdentityRules.Default, type, raw, out var id, out var reason));
        Assert.Null(reason);
        Assert.Equal(new Identifier(type.Trim().ToLowerInvariant(), expected), id);
    }

    [Theory]
    [InlineData("email", "a.example.com", ReasonCodes.IdentifierInvalid)]
    [InlineData("email", "@example.com", ReasonCodes.IdentifierInvalid)]
    [InlineData("email", "a@", ReasonCodes.IdentifierInvalid)]
    [InlineData("email", "a@b@c", ReasonCodes.IdentifierInvalid)]
    [InlineData("email", "a b@c", ReasonCodes.IdentifierInvalid)]
    [InlineData("email", "none", ReasonCodes.IdentifierBlocked)]
    [InlineData("phone", "000-000-0000", ReasonCodes.IdentifierBlocked)]
    [InlineData("phone", "12", ReasonCodes.IdentifierInvalid)]
    [InlineData("user_id", "a\u0007b", ReasonCodes.IdentifierInvalid)]
    [InlineData("user_id", "", ReasonCodes.IdentifierBlocked)]
    [InlineData("", "x", ReasonCodes.IdentifierInvalid)]
    [InlineData("a b", "x", ReasonCodes.IdentifierInvalid)]
    [InlineData("ünï", "x", ReasonCodes.IdentifierInvalid)]
    public void What_is_none_says_why(string type, string raw, string code)
    {
        Assert.False(IdentifierNormalizer.TryNormalize(IdentityRules.Default, type, raw, out _, out var reason));
        Assert.Equal(code, reason!.Code);
    }

    [Fact]
    public void A_type_may_have_64_characters()
    {
        Assert.True(IdentifierNormalizer.TryNormalize(IdentityRules.Default, new string('t', 64), "x", out _, out _));
        Assert.False(IdentifierNormalizer.TryNormalize(IdentityRules.Default, new string('t', 65), "x", out _, out var reason));
        Assert.Equal(new string('t', 64) + ":x", reason!.Identifier);
    }

    [Fact]
    public void A_pattern_may_be_written_against_the_normal_form()
    {
        var rules = new IdentityRules { Blocked = new BlockedValues([@"\+1555\d*"]) };
        Assert.False(IdentifierNormalizer.TryNormalize(rules, "phone", "+1 (555) 555-0123", out _, out var reason));
        Assert.Equal(ReasonCodes.IdentifierBlocked, reason!.Code);
    }

    // D8: peers disagree. As an id the two are two people; as an address they would be one.
    [Fact]
    public void D8_ids_are_told_apart_by_case()
    {
        IdentifierNormalizer.TryNormalize(IdentityRules.Default, "user_id", "user-456", out var lower, out _);
        IdentifierNormalizer.TryNormalize(IdentityRules.Default, "user_id", "USER-456", out var upper, out _);
        Assert.NotEqual(lower, upper);
    }

    // D11: without a country nobody can know that both are one number; with one, they are.
    [Fact]
    public void D11_a_number_with_and_without_plus_is_one_identifier_when_the_region_says_so()
    {
        var rules = new IdentityRules { DefaultRegion = "US" };
        IdentifierNormalizer.TryNormalize(rules, "phone", "+1 555 555 0123", out var plus, out _);
        IdentifierNormalizer.TryNormalize(rules, "phone", "5555550123", out var bare, out _);
        Assert.Equal(plus, bare);
        Assert.False(IdentifierNormalizer.TryNormalize(IdentityRules.Default, "phone", "5555550123", out _, out _));
    }
}
