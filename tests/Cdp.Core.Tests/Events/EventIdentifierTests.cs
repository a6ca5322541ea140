using Cdp.Core.Events;
using Cdp.Core.Identity;
using static Cdp.Core.Tests.Events.Parsing;

namespace Cdp.Core.Tests.Events;

public class EventIdentifierTests
{
    [Fact]
    public void Identifiers_come_strongest_first_and_without_repeats()
    {
        var e = Accept("""
            {"type":"identify","anonymousId":"a1","userId":"u1","traits":{"phone":"+44 20 7946 0958","email":" A@Example.COM "},
             "context":{"device":{"id":"d1","type":"ios","advertisingId":"I-1"},
              "externalIds":[{"id":"L9","type":"Loyalty","collection":"users","encoding":"none"},{"id":"C1","type":"crm_id"},{"id":"a@example.com","type":"email"},
               {"id":"u1","type":"user_id"}]}}
            """);
        Assert.Equal(
            ["user_id:u1", "crm_id:C1", "email:a@example.com", "phone:+442079460958", "loyalty:L9", "anonymous_id:a1", "device_id:d1", "idfa:I-1"], e.Refs());
        Assert.Empty(e.LeftOut);
    }

    [Fact]
    public void Ids_keep_their_case_and_lose_the_space_around_them() =>
        Assert.Equal(["user_id:USER-456"], Accept("""{"type":"identify","userId":"\u00a0 USER-456\t"}""").Refs());

    [Theory]
    [InlineData("123", "user_id:123")]
    [InlineData("1.50", "user_id:1.50")]
    [InlineData("9007199254740993", "user_id:9007199254740993")]
    public void A_numeric_id_is_its_text_as_written(string raw, string expected) =>
        Assert.Equal([expected], Accept($$"""{"type":"identify","userId":{{raw}}}""").Refs());

    [Theory]
    [InlineData("true", "user_id:true")]
    [InlineData("{\"a\":1}", "user_id:{}")]
    [InlineData("[1]", "user_id:[]")]
    public void An_id_of_another_type_is_left_out(string raw, string shown)
    {
        var left = Assert.Single(Accept($$"""{"type":"identify","userId":{{raw}},"anonymousId":"a1"}""").LeftOut);
        Assert.Equal((ReasonCodes.IdentifierInvalid, shown), (left.Code, left.Identifier));
    }

    [Fact]
    public void A_null_id_is_simply_not_given() => Assert.Empty(Accept("""{"type":"identify","userId":null,"anonymousId":"a1"}""").LeftOut);

    [Fact]
    public void D1_an_empty_id_is_left_out_and_named()
    {
        var e = Accept("""{"type":"identify","userId":"  ","anonymousId":"a1"}""");
        Assert.Equal(["anonymous_id:a1"], e.Refs());
        Assert.Equal(new Reason(ReasonCodes.IdentifierBlocked, "user_id:"), Assert.Single(e.LeftOut));
    }

    [Fact]
    public void D5_zeros_and_dashes_are_left_out_and_the_rest_identifies()
    {
        var e = Accept("""{"type":"identify","userId":"0000-0000","traits":{"email":"a@example.com"}}""");
        Assert.Equal(["email:a@example.com"], e.Refs());
        Assert.Equal("user_id:0000-0000", Assert.Single(e.LeftOut).Identifier);
    }

    [Fact]
    public void D13_a_user_id_of_None_never_identifies()
    {
        var reason = Reject("""{"type":"track","event":"E","userId":"None"}""");
        Assert.Equal((ReasonCodes.NoIdentifier, "left out: user_id identifier_blocked"), (reason.Code, reason.Detail));
    }

    [Fact]
    public void An_id_may_have_512_characters_and_a_longer_one_is_shown_cut()
    {
        string Json(int length) => $$"""{"type":"identify","userId":"{{new string('x', length)}}","anonymousId":"a1"}""";
        Assert.Equal(2, Accept(Json(512)).Identifiers.Count);
        var e = Accept(Json(513));
        Assert.Equal(["anonymous_id:a1"], e.Refs());
        Assert.Equal(new Reason(ReasonCodes.IdentifierTooLong, $"user_id:{new string('x', 32)}…"), Assert.Single(e.LeftOut));
    }

    [Fact]
    public void Control_characters_make_an_id_invalid()
    {
        var left = Assert.Single(Accept("""{"type":"identify","userId":"a\nb","anonymousId":"a1"}""").LeftOut);
        Assert.Equal(ReasonCodes.IdentifierInvalid, left.Code);
    }

    [Fact]
    public void An_external_id_of_another_collection_is_not_the_persons() => Assert.Equal(
        ["user_id:u1"], Accept(Track(""","context":{"externalIds":[{"id":"acme","type":"account","collection":"accounts"}]}""")).Refs());

    [Fact]
    public void Rudders_externalId_counts_like_externalIds() => Assert.Equal(
        ["user_id:u1", "brazeexternalid:b1"], Accept(Track(""","context":{"externalId":[{"id":"b1","type":"brazeExternalId"}]}""")).Refs());

    [Theory]
    [InlineData("""[{"id":"x","type":"bad type"}]""", "bad type:x")]
    [InlineData("""[{"id":"x"}]""", ":x")]
    [InlineData("""[{"id":"g1","type":"group_id"}]""", "group_id:g1")]
    [InlineData("""[{"id":true,"type":"crm_id"}]""", "crm_id:true")]
    public void An_unusable_external_id_is_left_out(string ids, string shown)
    {
        var left = Assert.Single(Accept(Track($",\"context\":{{\"externalIds\":{ids}}}")).LeftOut);
        Assert.Equal((ReasonCodes.IdentifierInvalid, shown), (left.Code, left.Identifier));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("[5,null,\"x\",[],{}]")]
    public void External_ids_of_another_shape_are_passed_over(string ids) =>
        Assert.Equal(["user_id:u1"], Accept(Track($",\"context\":{{\"externalIds\":{ids}}}")).Refs());

    [Theory]
    [InlineData("\"type\":\"ios\"", "idfa:AD")]
    [InlineData("\"type\":\"iOS\",\"adTrackingEnabled\":true", "idfa:AD")]
    [InlineData("\"manufacturer\":\"Apple\"", "idfa:AD")]
    [InlineData("\"type\":\"android\"", "gaid:AD")]
    [InlineData("\"type\":\"android\",\"adTrackingEnabled\":false", null)]
    [InlineData("\"type\":\"toaster\"", null)]
    public void An_advertising_id_counts_by_platform_unless_tracking_is_off(string device, string? expected)
    {
        var e = Accept(Track($",\"context\":{{\"device\":{{\"advertisingId\":\"AD\",{device}}}}}"));
        Assert.Equal(expected is null ? ["user_id:u1"] : ["user_id:u1", expected], e.Refs());
    }

    [Fact]
    public void The_advertising_id_of_a_device_without_consent_is_blocked() => Assert.Equal(
        ["user_id:u1"], Accept(Track(""","context":{"device":{"type":"ios","advertisingId":"00000000-0000-0000-0000-000000000000"}}""")).Refs());

    [Fact]
    public void Context_traits_give_identifiers_on_every_call_but_no_traits()
    {
        var e = Accept(Track(""","context":{"traits":{"email":"a@example.com","plan":"pro"}}"""));
        Assert.Equal(["user_id:u1", "email:a@example.com"], e.Refs());
        Assert.True(e.Traits.IsEmpty);
    }

    [Fact]
    public void The_traits_and_id_of_a_group_are_not_the_persons()
    {
        var e = Accept("""{"type":"group","userId":"u1","groupId":"g1","traits":{"email":"office@acme.example"},"context":{"traits":{"email":"a@example.com"}}}""");
        Assert.Equal(["user_id:u1", "email:a@example.com"], e.Refs());
        Assert.True(e.Traits.IsEmpty);
        Assert.Contains(""""group":{"id":"g1","traits":{"email":"office@acme.example"}}"""", e.Body.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_carries_the_previous_id_and_not_the_previous_users_traits()
    {
        var e = Accept("""{"type":"alias","userId":"u2","previousId":" u1 ","anonymousId":"a1","context":{"traits":{"email":"u1@example.com"}}}""");
        Assert.Equal("u1", e.PreviousId);
        Assert.Equal(["user_id:u2", "anonymous_id:a1"], e.Refs());
    }

    [Fact]
    public void A_self_alias_keeps_its_previous_id_for_the_router() =>
        Assert.Equal("u1", Accept("""{"type":"alias","userId":"u1","previousId":"u1"}""").PreviousId);

    [Theory]
    [InlineData("\"undefined\"", ReasonCodes.IdentifierBlocked)]
    [InlineData("true", ReasonCodes.IdentifierInvalid)]
    public void An_unusable_previous_id_is_left_out(string previous, string code)
    {
        var e = Accept($$"""{"type":"alias","userId":"u1","previousId":{{previous}}}""");
        Assert.Null(e.PreviousId);
        Assert.Equal(code, Assert.Single(e.LeftOut).Code);
    }

    [Theory]
    [InlineData("""{"type":"alias","previousId":"a1"}""")]
    [InlineData("""{"type":"alias","userId":"null","previousId":"a1","anonymousId":"a2"}""")]
    public void An_alias_without_a_user_is_rejected(string json) => Assert.Equal(ReasonCodes.NoIdentifier, Reject(json).Code);

    [Fact]
    public void Of_repeated_keys_the_last_wins() => Assert.Equal(
        ["user_id:u2", "email:b@example.com"],
        Accept("""{"type":"identify","userId":"u1","traits":{"email":"x@example.com"},"userId":"u2","traits":{"email":"a@example.com","email":"b@example.com"}}""").Refs());

    [Fact]
    public void An_escaped_key_is_the_same_key() =>
        Assert.Equal(["user_id:u1"], Accept("""{"t\u0079pe":"identify","user\u0049d":"u1"}""").Refs());

    [Fact]
    public void A_workspaces_own_patterns_block_too()
    {
        var rules = new IdentityRules { Blocked = new BlockedValues(["no-?reply@.*"]) };
        var e = Accept(Track(""","context":{"traits":{"email":"NoReply@shop.example"}}"""), Context with { Rules = rules });
        Assert.Equal(ReasonCodes.IdentifierBlocked, Assert.Single(e.LeftOut).Code);
    }

    [Fact]
    public void Without_a_region_a_national_number_is_left_out_and_says_why()
    {
        var json = Identify(""","traits":{"phone":"020 7946 0958"}""");
        Assert.Contains("default region", Assert.Single(Accept(json).LeftOut).Detail, StringComparison.Ordinal);
        Assert.Contains("phone:+442079460958", Accept(json, Context with { Rules = new IdentityRules { DefaultRegion = "GB" } }).Refs());
    }

    [Fact]
    public void The_source_of_the_key_stays_with_the_event()
    {
        var source = new EventSource("kiosk", 3, Trusted: true, SharedDevice: true);
        Assert.Equal(source, Accept(Track(), Context with { Source = source }).Source);
    }

    [Fact]
    public void Hundreds_of_external_ids_are_each_taken_once()
    {
        var ids = string.Join(',', Enumerable.Range(0, 600).Select(i => $"{{\"id\":\"{i % 300 + 1}\",\"type\":\"loyalty\"}}"));
        Assert.Equal(301, Accept(Track($",\"context\":{{\"externalIds\":[{ids}]}}")).Identifiers.Count);
    }
}
