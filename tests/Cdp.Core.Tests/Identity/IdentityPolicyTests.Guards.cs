namespace Cdp.Core.Tests.Identity;

/// <summary>Against over-merging: shared devices and aliases.</summary>
public sealed partial class IdentityPolicyTests
{
    [Theory]
    [InlineData("1@10 user_id", "user_id:u=1 anonymous_id:kiosk", "1 | refuse anonymous_id:kiosk shared_device")]
    [InlineData("1@10 user_id; 2@20 anonymous_id", "user_id:u=1 anonymous_id:kiosk=2", "1 | refuse anonymous_id:kiosk shared_device 2")]
    [InlineData("1@10 anonymous_id", "user_id:u anonymous_id:kiosk=1", "new | link user_id:u created | refuse anonymous_id:kiosk shared_device 1")]
    [InlineData("1@10 anonymous_id; 2@20 device_id", "anonymous_id:kiosk=1 device_id:d=2", "1 | refuse device_id:d shared_device 2")]
    [InlineData("2@20 device_id", "anonymous_id:kiosk device_id:d=2", "new | link anonymous_id:kiosk created | refuse device_id:d shared_device 2")]
    public void Device_identifiers_of_a_shared_device_never_bridge(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers, e: SharedDevice));

    [Theory]
    [InlineData("1@10 user_id anonymous_id", "user_id:u=1 anonymous_id:a=1", "1")]
    [InlineData("1@10 anonymous_id", "anonymous_id:kiosk=1", "1")]
    [InlineData("", "anonymous_id:kiosk", "new | link anonymous_id:kiosk created")]
    [InlineData("1@10 user_id; 2@20 email", "user_id:u=1 email:e=2", "1 <- 2")]
    [InlineData("1@10 email", "user_id:u email:e=1", "1 | link user_id:u linked")]
    public void What_names_a_person_works_on_a_shared_device_as_anywhere(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers, e: SharedDevice));

    [Theory]
    [InlineData("1@10 user_id", "user_id:u=1 ^anonymous_id:a", "1 | link anonymous_id:a linked")]
    [InlineData("", "user_id:u ^anonymous_id:a", "new | link user_id:u created | link anonymous_id:a linked")]
    [InlineData("1@10 anonymous_id", "user_id:u ^anonymous_id:a=1", "1 | link user_id:u linked")]
    [InlineData("1@10 user_id; 2@20 anonymous_id", "user_id:u=1 ^anonymous_id:a=2", "1 <- 2")]
    [InlineData("1@10 user_id; 2@5 anonymous_id device_id", "user_id:u=1 ^device_id:d=2", "2 <- 1")]
    [InlineData("1@10 user_id anonymous_id", "user_id:u=1 ^anonymous_id:a=1", "1")]
    public void An_alias_links_a_previous_id_that_is_no_known_users(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Theory]
    [InlineData("1@10 user_id; 2@20 email", "user_id:u=1 ^email:e=2", "1 | refuse email:e alias_known_user 2")]
    [InlineData("1@10 user_id; 2@20 user_id", "user_id:u=1 ^user_id:v=2", "1 | refuse user_id:v alias_known_user 2")]
    [InlineData("1@10 user_id; 2@20 loyalty anonymous_id", "user_id:u=1 ^anonymous_id:a=2", "1 | refuse anonymous_id:a alias_known_user 2")]
    [InlineData("2@20 user_id", "user_id:u ^user_id:v=2", "new | link user_id:u created | refuse user_id:v alias_known_user 2")]
    [InlineData("1@10 anonymous_id; 2@20 user_id", "user_id:u anonymous_id:a=1 ^user_id:v=2",
        "1 | link user_id:u linked | refuse user_id:v alias_known_user 2")]
    public void An_alias_never_welds_two_known_users(string customers, string identifiers, string plan)
    {
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers, e: Trusted));
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers, PolicyTable.Rules("user_id=10")));
    }

    [Fact]
    public void An_alias_may_give_a_new_user_id_to_somebody_known_by_another_name_only() => Assert.Equal(
        "2 | link user_id:u linked", PolicyTable.Plan("2@20 email", "user_id:u ^email:e=2"));

    [Fact]
    public void An_event_that_is_no_alias_may_weld_two_known_users_where_the_limits_allow_it() => Assert.Equal(
        "1 <- 2", PolicyTable.Plan("1@10 user_id; 2@20 email", "user_id:u=1 email:e=2"));

    [Fact]
    public void An_alias_on_a_shared_device_does_not_bridge_either() => Assert.Equal(
        "1 | refuse anonymous_id:a shared_device 2",
        PolicyTable.Plan("1@10 user_id; 2@20 anonymous_id", "user_id:u=1 ^anonymous_id:a=2", e: SharedDevice));
}
