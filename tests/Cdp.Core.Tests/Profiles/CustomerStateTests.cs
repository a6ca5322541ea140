using System.Text;
using Cdp.Core.Identity;
using Cdp.Core.Journal;
using Cdp.Core.Profiles;

namespace Cdp.Core.Tests.Profiles;

/// <summary>What each record does to a customer.</summary>
public sealed class CustomerStateTests
{
    private static readonly CustomerId One = Make.Stream(1), Two = Make.Stream(2), Three = Make.Stream(3);

    [Fact]
    public void A_record_follows_the_one_before()
    {
        var state = Linked(One, Make.User);
        Assert.Throws<InvalidOperationException>(() => state.Evolve(1, Make.Event(1, "m")));
        Assert.Throws<InvalidOperationException>(() => state.Evolve(3, Make.Event(1, "m")));
        Assert.Equal(1, state.Version);
    }

    [Fact]
    public void An_event_marks_all_its_identifiers_as_seen_at_its_time_and_no_earlier()
    {
        var state = Linked(One, Make.User, Make.Browser);
        state.Evolve(2, Make.Event(50, "1", by: [Make.User, Make.Browser]));
        state.Evolve(3, Make.Event(20, "2", by: [Make.Browser], received: 90));
        state.Evolve(4, Make.Event(900, "3", by: [Make.User], received: 100));
        Assert.Equal(
            (Make.Start + 100, Make.Start + 50), (state.Links[Make.User].LastSeenMs, state.Links[Make.Browser].LastSeenMs));
        Assert.Equal((Make.Start + 20, Make.Start + 100), (state.CreatedAtMs, state.UpdatedAtMs));
    }

    [Fact]
    public void A_link_says_when_by_whom_and_which_record_of_the_store_set_it()
    {
        var state = new CustomerState(One);
        state.Evolve(1, Make.Start + 9, new DecidedRecord("m", [
            new(DecisionKind.Linked, Make.Mail, ReasonCodes.Linked, null, new LinkFact(One, Make.Start, "crm", Make.Start - 5)),
        ]));
        var link = Assert.Single(state.Links).Value;
        Assert.Equal((One, Make.Start, Make.Start, "crm"), (link.Part, link.LinkedAtMs, link.LastSeenMs, link.Source));
        Assert.Equal((new Epoch(One, 1), (long?)Make.Start - 5), (link.Epoch, link.NotBeforeMs));
        Assert.Equal(Make.Start + 9, state.UpdatedAtMs);
    }

    [Fact]
    public void The_policy_judges_by_what_the_customer_holds()
    {
        var state = Linked(One, Make.User, Make.Browser, new("anonymous_id", "a2"));
        state.Evolve(2, Make.Event(7, "m"));
        var facts = state.Facts;
        Assert.Equal((One, 2, Make.Start + 7, 3), (facts.Id, facts.Version, facts.CreatedAtMs, facts.IdentifierCount));
        Assert.Equal((1, 2, 0), (facts.CountOf("user_id"), facts.CountOf("anonymous_id"), facts.CountOf("email")));
    }

    [Fact]
    public void A_moved_identifier_takes_its_message_ids_along_and_leaves_its_past()
    {
        var (from, to) = (Linked(One, Make.User, Make.Browser), Linked(Two, Make.Mail));
        from.Evolve(2, Make.Event(1, "by user", by: [Make.User]));
        from.Evolve(3, Make.Event(2, "by browser", by: [Make.Browser]));
        var seen = from.SeenBy(Make.Browser);
        Assert.Equal(Make.Event(2, "by browser").MessageHash, Assert.Single(seen).Hash);

        from.Evolve(4, 5, new DecidedRecord("m", [new(DecisionKind.Moved, Make.Browser, ReasonCodes.Moved, Two)]));
        to.Evolve(2, 5, new DecidedRecord("m", [
            new(DecisionKind.Moved, Make.Browser, ReasonCodes.Moved, One, new LinkFact(Two, Make.Start, "web", null, seen)),
        ]));

        Assert.Equal([Make.User], from.Links.Keys);
        Assert.Equal(2, from.Own.EventCount);
        Assert.True(to.HasSeen(seen[0].Hash));
        Assert.False(to.HasSeen(Make.Event(1, "by user").MessageHash));
        Assert.Equal(0, to.Own.EventCount);
    }

    [Fact]
    public void A_merge_brings_identifiers_parts_and_message_ids_of_everybody_absorbed()
    {
        var (first, second, third) = (Linked(One, Make.User), Linked(Two, Make.Mail), Linked(Three, Make.Browser));
        first.Evolve(2, Make.Event(30, "1", by: [Make.User]));
        second.Evolve(2, Make.Event(20, "2", by: [Make.Mail]));
        third.Evolve(2, Make.Event(10, "3", by: [Make.Browser]));
        second.Evolve(3, 100, third);
        first.Evolve(3, 200, second);

        Assert.Equal([(Two, 4), (Three, 3)], first.Absorbed);
        Assert.Equal([One, Two, Three], first.Parts.Select(p => p.Stream).Order());
        Assert.Equal([Make.Browser, Make.Mail, Make.User], first.Links.Keys.Order());
        Assert.Equal(new Epoch(One, 3), first.Links[Make.Browser].Epoch);
        Assert.Equal(new Epoch(One, 1), first.Links[Make.User].Epoch);
        Assert.True(first.HasSeen(Make.Event(1, "3").MessageHash));
        Assert.Equal(Make.Start + 10, first.CreatedAtMs);
        Assert.Null(second.View("shop", IdentityRules.Default));
    }

    [Fact]
    public void After_a_merge_an_event_folds_into_the_part_of_its_strongest_identifier()
    {
        var (first, second) = (Linked(One, Make.User), Linked(Two, Make.Browser));
        second.Evolve(2, Make.Event(10, "2", by: [Make.Browser]));
        first.Evolve(2, 100, second);
        first.Evolve(3, Make.Event(20, "3", by: [Make.Browser]));
        first.Evolve(4, Make.Event(30, "4", by: [Make.User, Make.Browser]));
        Assert.Equal((1, 2), (first.Own.EventCount, first.Parts.Single(p => p.Stream == Two).EventCount));
    }

    [Fact]
    public void Of_the_refusals_the_latest_32_are_remembered_each_once()
    {
        var state = Linked(One, Make.User);
        for (var i = 0; i < CustomerState.MaxRememberedRefusals + 1; i++)
        {
            for (var twice = 0; twice < 2; twice++)
                state.Evolve(state.Version + 1, 1, Refused(new("email", $"e{i}")));
        }

        Assert.False(state.Remembers(new("email", "e0"), ReasonCodes.RefusedLimit));
        Assert.True(state.Remembers(new("email", "e1"), ReasonCodes.RefusedLimit));
        Assert.False(state.Remembers(new("email", "e1"), ReasonCodes.KeptByOwner));
        Assert.Single(state.Links);
    }

    [Fact]
    public void A_patch_writes_traits_to_the_own_part()
    {
        var state = Linked(One, Make.User);
        state.Evolve(2, new PatchedRecord(Make.Origin(Make.Start + 5), Encoding.UTF8.GetBytes("""{"vip":true}""")));
        Assert.Equal(("true", 0, Make.Start + 5), (state.Own.Trait("vip"), state.Own.EventCount, state.UpdatedAtMs));
    }

    [Fact]
    public void A_merged_stream_names_its_successor_and_shows_nothing()
    {
        var state = Linked(One, Make.User);
        state.End(2, 9, Two);
        Assert.Equal((CustomerStatus.Merged, Two, 2), (state.Status, state.Successor, state.Version));
        Assert.Null(state.View("shop", IdentityRules.Default));
    }

    [Fact]
    public void An_erased_stream_is_all_that_is_left_of_it()
    {
        var state = new CustomerState(One);
        state.End(17, 9, null);
        Assert.Equal((CustomerStatus.Erased, (CustomerId?)null, 17), (state.Status, state.Successor, state.Version));
        Assert.Null(state.View("shop", IdentityRules.Default));
    }

    private static DecidedRecord Refused(Identifier identifier) => new("m", [new(DecisionKind.Refused, identifier, ReasonCodes.RefusedLimit)]);

    private static CustomerState Linked(CustomerId id, params Identifier[] identifiers)
    {
        var state = new CustomerState(id);
        state.Evolve(1, Make.Start, Make.Links(id, identifiers));
        return state;
    }
}
