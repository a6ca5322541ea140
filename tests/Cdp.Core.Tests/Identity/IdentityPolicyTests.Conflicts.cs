using Cdp.Core.Identity;

namespace Cdp.Core.Tests.Identity;

public sealed partial class IdentityPolicyTests
{
    // Two different users: every identifier of one in an event of the other is a conflict.
    private const string TwoUsers = "1@10 user_id crm_id; 2@20 user_id crm_id email phone loyalty anonymous_id device_id idfa gaid";

    [Theory]
    [InlineData("user_id", "refuse", "refuse")]
    [InlineData("crm_id", "refuse", "refuse")]
    [InlineData("email", "refuse", "move")]
    [InlineData("phone", "refuse", "move")]
    [InlineData("loyalty", "refuse", "refuse")]
    [InlineData("anonymous_id", "move", "move")]
    [InlineData("device_id", "move", "move")]
    [InlineData("idfa", "move", "move")]
    [InlineData("gaid", "move", "move")]
    public void On_a_conflict_each_type_follows_its_own_rule(string type, string untrusted, string trusted)
    {
        Assert.Equal(Expected(untrusted), PolicyTable.Plan(TwoUsers, $"user_id:u=1 {type}:x=2@50"));
        Assert.Equal(Expected(trusted), PolicyTable.Plan(TwoUsers, $"user_id:u=1 {type}:x=2@50", e: Trusted));

        string Expected(string kind) => $"1 | {kind} {type}:x {(kind == "move" ? ReasonCodes.Moved : ReasonCodes.KeptByOwner)} 2";
    }

    [Theory]
    [InlineData(-1, "1 | refuse anonymous_id:a late_link 2")]
    [InlineData(0, "1 | move anonymous_id:a moved 2")]
    [InlineData(1, "1 | move anonymous_id:a moved 2")]
    public void A_link_older_than_the_present_one_moves_nothing(int differenceMs, string plan) => Assert.Equal(
        plan, PolicyTable.Plan(TwoUsers, "user_id:u=1 anonymous_id:a=2@500", e: new PolicyEvent(500 + differenceMs)));

    [Fact]
    public void A_late_link_of_a_type_that_is_kept_anyway_says_who_keeps_it() => Assert.Equal(
        "1 | refuse email:e kept_by_owner 2", PolicyTable.Plan(TwoUsers, "user_id:u=1 email:e=2@500", e: new PolicyEvent(1)));

    [Fact]
    public void A_late_link_is_no_bar_to_a_merge() => Assert.Equal(
        "1 <- 2", PolicyTable.Plan("1@10 user_id; 2@20 anonymous_id", "user_id:u=1 anonymous_id:a=2@500", e: new PolicyEvent(1)));

    [Theory]
    [InlineData("1@10 user_id device_id*20; 2@20 user_id device_id", 1_000, "1 | refuse device_id:d limit_reached 2")]
    [InlineData("1@10 user_id device_id*19; 2@20 user_id device_id", 1_000, "1 | move device_id:d moved 2")]
    [InlineData("1@10 user_id email*2; 2@20 user_id device_id", 3, "1 | refuse device_id:d profile_cap_reached 2")]
    public void A_move_keeps_to_the_limits_of_the_one_who_gets_it(string customers, int cap, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(customers, "user_id:u=1 device_id:d=2", PolicyTable.Rules("", cap)));

    [Fact]
    public void What_the_event_moved_first_counts_against_the_limit() => Assert.Equal(
        "1 | move device_id:d moved 2 | refuse device_id:e limit_reached 2",
        PolicyTable.Plan("1@10 user_id device_id*19; 2@20 user_id device_id*2", "user_id:u=1 device_id:d=2 device_id:e=2"));

    [Theory]
    [InlineData("user_id:tom=1 anonymous_id:444=2 gaid:b=2", "1 | move anonymous_id:444 moved 2 | move gaid:b moved 2")]
    [InlineData("user_id:tom=1 anonymous_id:555 idfa:a=2", "1 | link anonymous_id:555 linked | move idfa:a moved 2")]
    [InlineData("user_id:guest anonymous_id:444=2", "new | link user_id:guest created | move anonymous_id:444 moved 2")]
    [InlineData("user_id:tom=1 email:e=2 anonymous_id:444=2", "1 | refuse email:e kept_by_owner 2 | move anonymous_id:444 moved 2")]
    public void Devices_go_with_the_user_who_is_on_them_now(string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan(TwoUsers, identifiers));

    [Theory]
    [InlineData("email:s anonymous_id:111=1", "new | link email:s created | move anonymous_id:111 moved 1")]
    [InlineData("user_id:tom email:t=1", "1 | link user_id:tom linked")]
    public void With_a_unique_e_mail_every_guest_is_a_person(string identifiers, string plan) =>
        Assert.Equal(plan, PolicyTable.Plan("1@10 email anonymous_id", identifiers, PolicyTable.Rules("email=1")));

    [Fact]
    public void An_identifier_that_survives_a_log_out_stays_and_the_next_user_gets_a_profile() => Assert.Equal(
        "new | link user_id:u2 created | refuse ga_client_id:9 kept_by_owner 1 | move anonymous_id:second moved 1",
        PolicyTable.Plan("1@10 user_id ga_client_id anonymous_id*2", "user_id:u2 ga_client_id:9=1 anonymous_id:second=1"));

    [Fact]
    public void Moves_can_come_from_several_owners() => Assert.Equal(
        "1 | move anonymous_id:a moved 2 | move device_id:d moved 3",
        PolicyTable.Plan("1@10 user_id; 2@20 user_id anonymous_id; 3@30 user_id device_id", "user_id:u=1 anonymous_id:a=2 device_id:d=3"));

    [Fact]
    public void Everybody_whose_stream_is_appended_to_takes_part_in_the_plan_and_nobody_else()
    {
        var people = Enumerable.Range(1, 4).Select(n => new CustomerFacts(
            PolicyTable.Id(n), 1, n, new Dictionary<string, int> { [n is 2 ? "email" : "user_id"] = 1, ["device_id"] = 1 }, 2)).ToArray();
        var plan = IdentityPolicy.Plan(IdentityRules.Default, new PolicyEvent(PolicyTable.At), [
            new(new("user_id", "u"), people[0]), new(new("email", "e"), people[1]),
            new(new("phone", "p"), people[3]), new(new("device_id", "d"), people[2]),
        ]);
        Assert.Equal("1 <- 2 | refuse phone:p kept_by_owner 4 | move device_id:d moved 3", PolicyTable.Show(plan));
        Assert.Equal([1, 2, 3], plan.Participants.Select(PolicyTable.Number).Order());
        Assert.True(plan.ConcernsOthers);
    }
}
