using Cdp.Client;
using Cdp.Core.Identity;

namespace Cdp.Grains.Tests.Wire;

public sealed class GrainKeysTests
{
    [Fact]
    public void A_customers_key_is_read_back()
    {
        var id = new CustomerId(Guid.Parse("0190a000-0000-7000-8000-000000000001"));

        Assert.True(GrainKeys.TryReadCustomer(GrainKeys.Of("shop", id), out var workspace, out var read));
        Assert.Equal(("shop", id), (workspace, read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("shop")]
    [InlineData("|0190a000-0000-7000-8000-000000000001")]
    [InlineData("shop|")]
    [InlineData("shop|jo@example.com")]
    public void What_is_no_customers_key_is_refused(string key) => Assert.False(GrainKeys.TryReadCustomer(key, out _, out _));

    [Fact]
    public void An_identifiers_key_does_not_show_its_value_and_is_part_of_the_wire_contract()
    {
        var key = GrainKeys.Of("shop", new Identifier("email", "jo@example.com"));

        // Silos of two releases must find the same grain.
        Assert.Equal("shop|email|9OGd8ubGCfvVmkK5Bj0PrfRCYCGFMeohrYxXXyBcBFM", key);
        Assert.Equal("shop", GrainKeys.WorkspaceOf(key));
        Assert.NotEqual(key, GrainKeys.Of("shop", new Identifier("email", "jo@example.con")));
        Assert.NotEqual(key, GrainKeys.Of("shop", new Identifier("user_id", "jo@example.com")));
    }

    [Fact]
    public void The_longest_value_makes_a_short_key() =>
        Assert.InRange(GrainKeys.Of("shop", new Identifier("user_id", new string('世', 512))).Length, 10, 100);
}
