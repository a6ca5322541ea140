using Cdp.Api.Settings;
using Cdp.Api.Tests.Support;
using Cdp.Core.Identity;
using Cdp.Core.Identity.Presets;

namespace Cdp.Api.Tests.Settings;

public class IdentityReaderTests
{
    public static TheoryData<string> Presets => [.. IdentityPresets.Names, "Segment", "POSTHOG"];

    [Fact]
    public void Every_knob_of_a_policy_is_read()
    {
        var rules = Read("""
            {"MaxIdentifiersPerProfile":60,"OnFullProfile":"evictByClass","MaxIdentifiersPerMerge":3,"Survivor":"target","TraitsOnMerge":"survivor","MergeIdentified":false,
             "IdentifiedByCall":true,"BlockedExactly":["Test"],"BlockJunk":false,"DefaultRegion":"NO",
             "NeverMerge":[["email:A@x.com","user_id:u2"]],"Links":[["user_id:u3","phone:22 33 44 55"],["user_id:u3","crm_id:7"]],
             "Types":{"*":{"MaxPerProfile":2,"Class":"device"},"loyalty":{"Priority":6},
               "user_id":{"Normalize":"lower","TtlDays":30,"RequireTrusted":true,"Namespace":"any_id"},"any_id":{},
               "anonymous_id":{"Bridge":"unlessPersonsDiffer","OnConflict":"share","MaxNewInWindow":5,"WindowDays":7,"OnLimit":"evictOldest"},
               "gaid":{"Used":false},"idfa":{"Namespace":"device_id"}}}
            """);

        Assert.Equal((60, FullProfileRule.EvictByClass, 3, SurvivorRule.Target), (rules.MaxIdentifiersPerProfile, rules.OnFullProfile, rules.MaxIdentifiersPerMerge, rules.Survivor));
        Assert.Equal((false, true, MergedTraitRule.Survivor), (rules.MergeIdentified, rules.IdentifiedByCall, rules.TraitsOnMerge));
        Assert.True(rules.Blocked.Contains("user_id", "Test") && !rules.Blocked.Contains("user_id", "test") && !rules.Blocked.Contains("user_id", "null"));
        Assert.Equal([new Identifier("any_id", "u2")], rules.NeverMerge.Of(new("email", "a@x.com")));
        Assert.Equal([new Identifier("any_id", "u3"), new("crm_id", "7")], rules.Links.Of(new("phone", "+4722334455")));
        Assert.Equal((IdentifierClass.Device, 2), (rules.TypeOf("anything").Class, rules.TypeOf("anything").MaxPerProfile));
        Assert.Equal(new IdentifierType("loyalty", IdentifierClass.Device, 6, 2, ConflictRule.Keep, ConflictRule.Keep), rules.TypeOf("loyalty"));
        var user = rules.TypeOf("user_id");
        Assert.Equal((Normalizer.Lower, TimeSpan.FromDays(30), true), (user.Normalizer, user.Ttl, user.RequireTrusted));
        var cookie = rules.TypeOf("anonymous_id");
        Assert.Equal((BridgeRule.UnlessPersonsDiffer, ConflictRule.Share, ConflictRule.Share), (cookie.Bridge, cookie.OnConflict, cookie.OnConflictTrusted));
        Assert.Equal((new WindowLimit(5, TimeSpan.FromDays(7)), LimitRule.EvictOldest), (cookie.Window, cookie.OnLimit));
        Assert.Equal((false, "device_id"), (rules.TypeOf("gaid").IsUsed, rules.StoredAs("idfa")));
        Assert.True(rules.HasTtl && rules.NeedsIdentifiers);
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_is_found_in_any_case_and_its_knobs_can_be_changed(string preset)
    {
        var plain = Read($$"""{"Preset":"{{preset}}"}""");
        var changed = Read($$"""{"Preset":"{{preset}}","MaxIdentifiersPerProfile":7,"Types":{"anonymous_id":{"MaxPerProfile":3} } }""");

        Assert.Equal(IdentityPresets.Find(preset)!.Survivor, plain.Survivor);
        Assert.Equal(plain.TypeOf("user_id"), changed.TypeOf("user_id"));
        Assert.Equal(plain.TypeOf("anonymous_id") with { MaxPerProfile = 3 }, changed.TypeOf("anonymous_id"));
        Assert.Equal(7, changed.MaxIdentifiersPerProfile);
    }

    [Theory]
    [InlineData("""{"Preset":"braze"}""", "Preset", "default, segment, posthog, adobe, snowplow, mixpanel")]
    [InlineData("""{"OnFullProfile":"drop"}""", "OnFullProfile", "Refuse, EvictOldest, EvictByClass")]
    [InlineData("""{"MaxIdentifiersPerMerge":0}""", "MaxIdentifiersPerMerge", "whole number")]
    [InlineData("""{"Survivor":"newest"}""", "Survivor", "Oldest, Target")]
    [InlineData("""{"MergeIdentified":"no"}""", "MergeIdentified", "true or false")]
    [InlineData("""{"IdentifiedByCall":true}""", "IdentifiedByCall", "namespace")]
    [InlineData("""{"BlockedExactly":[" "]}""", "BlockedExactly:0", "text")]
    [InlineData("""{"NeverMerge":["email:a@x.com"]}""", "NeverMerge:0", "two different identifiers")]
    [InlineData("""{"NeverMerge":[["user_id:u1","user_id:u1"]]}""", "NeverMerge:0", "two different identifiers")]
    [InlineData("""{"NeverMerge":[["user_id:u1","email:nobody"]]}""", "NeverMerge:0", "identifier_invalid")]
    [InlineData("""{"Links":[["user_id:u1","u2"]]}""", "Links:0", "type:value")]
    [InlineData("""{"Types":{"Loyalty":{"Priority":2}}}""", "Types:Loyalty:", "lower-case")]
    [InlineData("""{"Types":{"email":{"Bridge":"never"}}}""", "Types:email:Bridge", "UnlessPersonsDiffer")]
    [InlineData("""{"Types":{"email":{"Normalize":"upper"}}}""", "Types:email:Normalize", "None, Lower, Email, Phone")]
    [InlineData("""{"Types":{"email":{"MaxNewInWindow":5}}}""", "Types:email:WindowDays", "goes together")]
    [InlineData("""{"Types":{"email":{"TtlDays":-1}}}""", "Types:email:TtlDays", "whole number")]
    [InlineData("""{"Types":{"email":{"Namespace":"E Mail"}}}""", "Types:email:Namespace", "name of a type")]
    [InlineData("""{"Preset":"posthog","Types":{"email":{"Namespace":"user_id"}}}""", "Types:email:Namespace", "another namespace")]
    [InlineData("""{"Types":{"*":{"OnConflict":"drop"}}}""", "Types:*:OnConflict", "Keep, Move, Share")]
    public void A_wrong_knob_is_named_with_its_path_and_why_and_no_identifier_is_shown(string identity, string path, string why)
    {
        var problems = Assert.Throws<SettingsException>(() => Read(identity)).Problems;

        Assert.Contains(problems, p => p.StartsWith($"Cdp:Workspaces:shop:Identity:{path}", StringComparison.Ordinal) && p.Contains(why, StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("u1", StringComparison.Ordinal) && !p.Contains("such as", StringComparison.Ordinal));
    }

    private static IdentityRules Read(string identity) =>
        ApiServer.Settings($$"""{"Cdp":{"Workspaces":{"shop":{"Identity":{{identity}},"WriteKeys":["w"]} } } }""").Workspaces["shop"].Identity;
}
