namespace Cdp.Core.Tests.Identity;

public sealed partial class IdentityPolicyTests
{
    [Theory]
    [InlineData("1@10 user_id; 2@20 anonymous_id", "user_id:u=1 anonymous_id:v=2", "1 <- 2")]
    [InlineData("1@20 user_id; 2@10 anonymous_id", "user_id:u=1 anonymous_id:v=2", "2 <- 1")]
    [InlineData("1@10 anonymous_id; 2@20 anonymous_id", "anonymous_id:a=2 device_id:d=1", "1 <- 2")]
    [InlineData("1@10 user_id; 2@20 email phone", "user_id:u=1 email:e=2 phone:p=2", "1 <- 2")]
    public void Customers_whose_union_breaks_no_limit_merge_into_the_older_one(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Theory]
    [InlineData("7@10 user_id; 3@10 email", "user_id:u=7 email:e=3", "3 <- 7")]
    [InlineData("3@10 user_id; 7@10 email", "user_id:u=3 email:e=7", "3 <- 7")]
    [InlineData("7@10 user_id; 3@10 email; 5@10 phone", "user_id:u=7 email:e=3 phone:p=5", "3 <- 7,5")]
    public void Of_two_of_the_same_age_the_lower_id_survives(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Theory]
    [InlineData("1@30 user_id; 2@20 email; 3@10 anonymous_id", "user_id:u=1 email:e=2 anonymous_id:a=3", "3 <- 1,2")]
    [InlineData("1@10 user_id; 2@20 email; 3@30 anonymous_id", "user_id:u=1 email:e=2 anonymous_id:a=3", "1 <- 2,3")]
    [InlineData("1@30 email; 2@20 phone; 3@10 anonymous_id", "user_id:u email:e=1 phone:p=2 anonymous_id:a=3 device_id:d",
        "3 <- 1,2 | link user_id:u linked | link device_id:d linked")]
    [InlineData("1@10 user_id; 2@20 email; 3@5 user_id anonymous_id", "user_id:u=1 email:e=2 anonymous_id:a=3",
        "1 <- 2 | move anonymous_id:a moved 3")]
    public void One_event_can_merge_several(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Theory]
    [InlineData("1@10 user_id; 2@20 user_id email", "user_id:u=1 email:e=2", "1 | refuse email:e kept_by_owner 2")]
    [InlineData("1@10 crm_id; 2@20 crm_id phone", "crm_id:c=1 phone:p=2", "1 | refuse phone:p kept_by_owner 2")]
    [InlineData("1@10 user_id email*3; 2@20 email*3 anonymous_id", "user_id:u=1 anonymous_id:a=2", "1 | move anonymous_id:a moved 2")]
    [InlineData("1@10 user_id email*3; 2@20 email*2 anonymous_id", "user_id:u=1 anonymous_id:a=2", "1 <- 2")]
    [InlineData("1@10 user_id; 2@20 user_id", "user_id:u=1 user_id:v=2", "1 | refuse user_id:v kept_by_owner 2")]
    [InlineData("1@10 user_id email*5; 2@20 phone email", "user_id:u=1 phone:p=2", "1 | refuse phone:p kept_by_owner 2")]
    public void Customers_whose_union_breaks_a_types_limit_do_not_merge(string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers));

    [Fact]
    public void What_the_event_links_first_counts_in_the_union() => Assert.Equal(
        "1 | link email:f linked | refuse phone:p kept_by_owner 2",
        PolicyTable.Plan("1@10 user_id email*3; 2@20 email*2 phone", "user_id:u=1 email:f phone:p=2"));

    [Fact]
    public void What_was_merged_first_counts_in_the_next_union() => Assert.Equal(
        "1 <- 2 | move device_id:d moved 3",
        PolicyTable.Plan("1@10 user_id; 2@20 email*3; 3@30 email*3 device_id", "user_id:u=1 email:e=2 device_id:d=3"));

    [Theory]
    [InlineData(5, "1 <- 2")]
    [InlineData(4, "1 | refuse phone:p kept_by_owner 2")]
    public void Customers_whose_union_breaks_the_cap_of_all_types_do_not_merge(int cap, string plan) => Assert.Equal(
        plan, PolicyTable.Plan("1@10 user_id email*2; 2@20 phone*2", "user_id:u=1 phone:p=2", PolicyTable.Rules("", cap)));

    [Theory]
    [InlineData("1@10 user_id*3; 2@20 email", "user_id:u=1 email:e=2", "1 <- 2")]
    [InlineData("1@10 email; 2@20 user_id*3 phone", "email:e=1 phone:p=2", "1 <- 2")]
    [InlineData("1@10 user_id*3; 2@20 user_id email", "user_id:u=1 email:e=2", "1 | refuse email:e kept_by_owner 2")]
    [InlineData("1@10 user_id*3; 2@20 user_id*3 email", "user_id:u=1 email:e=2", "1 | refuse email:e kept_by_owner 2")]
    public void A_side_over_a_limit_that_was_tightened_later_may_merge_with_one_that_has_none_of_the_type(
        string customers, string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, identifiers, PolicyTable.Rules("user_id=1")));

    [Fact]
    public void E_mail_unique_and_user_ids_many_is_one_profile() => Assert.Equal(
        "1 | link user_id:abc456 linked",
        PolicyTable.Plan("1@10 email user_id", "email:jane=1 user_id:abc456", PolicyTable.Rules("email=1 user_id=2")));

    [Fact]
    public void All_identifiers_of_one_person_over_two_devices_and_apps_end_on_one_profile() => Assert.Equal(
        "1 <- 3,2 | link user_id:u linked | link gaid:g linked",
        PolicyTable.Plan(
            "1@10 anonymous_id idfa email; 2@20 anonymous_id; 3@30 phone",
            "user_id:u email:e=1 phone:p=3 anonymous_id:android=2 gaid:g"));
}
