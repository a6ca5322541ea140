using Cdp.Core.Identity;

namespace Cdp.Core.Tests.Identity;

/// <summary>Design.md section 6 as a table of plans; the notation is that of <see cref="PolicyTable"/>.</summary>
public sealed partial class IdentityPolicyTests
{
    private static readonly PolicyEvent Trusted = new(PolicyTable.At, Trusted: true);
    private static readonly PolicyEvent SharedDevice = new(PolicyTable.At, SharedDevice: true);

    [Theory]
    [InlineData("anonymous_id:a", "new | link anonymous_id:a created")]
    [InlineData("user_id:u anonymous_id:a", "new | link user_id:u created | link anonymous_id:a linked")]
    [InlineData("loyalty:9", "new | link loyalty:9 created")]
    public void Identifiers_that_nobody_knows_make_a_customer(string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan("", identifiers));

    [Theory]
    [InlineData("1@10 user_id anonymous_id", "user_id:u=1", "1")]
    [InlineData("1@10 user_id anonymous_id", "user_id:u=1 anonymous_id:a=1", "1")]
    [InlineData("1@10 user_id", "user_id:u=1 anonymous_id:a", "1 | link anonymous_id:a linked")]
    [InlineData("1@10 anonymous_id", "anonymous_id:a=1 device_id:d", "1 | link device_id:d linked")]
    public void An_owned_anchor_names_the_customer(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Theory]
    [InlineData("1@10 anonymous_id", "user_id:u anonymous_id:a=1", "1 | link user_id:u linked")]
    [InlineData("1@10 anonymous_id", "user_id:u email:e anonymous_id:a=1", "1 | link user_id:u linked | link email:e linked")]
    [InlineData("1@20 email; 2@10 anonymous_id", "user_id:u email:e=1 anonymous_id:a=2", "2 <- 1 | link user_id:u linked")]
    [InlineData("1@10 email; 2@20 anonymous_id", "user_id:u email:e=1 anonymous_id:a=2", "1 <- 2 | link user_id:u linked")]
    public void An_unowned_anchor_joins_the_owner_of_the_strongest_other_identifier(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Theory]
    [InlineData("1@10 user_id email; 2@20 anonymous_id", "user_id:u email:e=1 anonymous_id:a=2",
        "2 | link user_id:u linked | refuse email:e kept_by_owner 1")]
    [InlineData("1@10 user_id anonymous_id", "user_id:u anonymous_id:a=1", "new | link user_id:u created | move anonymous_id:a moved 1")]
    [InlineData("1@10 user_id email; 2@20 user_id device_id", "user_id:u email:e=1 device_id:d=2",
        "new | link user_id:u created | refuse email:e kept_by_owner 1 | move device_id:d moved 2")]
    public void An_owner_whose_limits_do_not_allow_the_anchor_is_passed_over(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Fact]
    public void An_owner_at_the_cap_of_all_types_is_passed_over() => Assert.Equal(
        "2 | link user_id:u linked | refuse email:e kept_by_owner 1",
        PolicyTable.Plan("1@10 email*3; 2@20 anonymous_id", "user_id:u email:e=1 anonymous_id:a=2", PolicyTable.Rules("", profileCap: 3)));

    [Theory]
    [InlineData("1@10 email*4", "user_id:u email:e=1 email:f email:g",
        "1 | link user_id:u linked | link email:f linked | refuse email:g limit_reached")]
    [InlineData("1@10 user_id anonymous_id*100", "user_id:u=1 anonymous_id:b device_id:d",
        "1 | refuse anonymous_id:b limit_reached | link device_id:d linked")]
    [InlineData("", "user_id:u user_id:v anonymous_id:a",
        "new | link user_id:u created | refuse user_id:v limit_reached | link anonymous_id:a linked")]
    [InlineData("1@10 user_id loyalty*5", "user_id:u=1 loyalty:9", "1 | refuse loyalty:9 limit_reached")]
    [InlineData("1@10 user_id loyalty*5", "user_id:u=1 membership:9", "1 | link membership:9 linked")]
    public void An_identifier_over_its_types_limit_is_refused_alone(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Theory]
    [InlineData("1@10 user_id email", "user_id:u=1 email:f phone:p", "1 | link email:f linked | refuse phone:p profile_cap_reached")]
    [InlineData("1@10 user_id email*2", "user_id:u=1 email:f", "1 | refuse email:f profile_cap_reached")]
    [InlineData("", "user_id:u email:e phone:p device_id:d",
        "new | link user_id:u created | link email:e linked | link phone:p linked | refuse device_id:d profile_cap_reached")]
    public void An_identifier_over_the_cap_of_all_types_is_refused(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers, PolicyTable.Rules("", profileCap: 3)));

    [Fact]
    public void A_limit_that_was_tightened_later_takes_nothing_away_and_lets_nothing_in() => Assert.Equal(
        "1 | refuse user_id:d limit_reached | link email:f linked",
        PolicyTable.Plan("1@10 user_id*3", "user_id:a=1 user_id:b=1 user_id:d email:f", PolicyTable.Rules("user_id=1")));
}
