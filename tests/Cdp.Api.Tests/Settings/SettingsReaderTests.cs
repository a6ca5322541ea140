using Cdp.Api.Auth;
using Cdp.Api.Settings;
using Cdp.Api.Tests.Support;
using Cdp.Core.Identity;

namespace Cdp.Api.Tests.Settings;

public class SettingsReaderTests
{
    [Fact]
    public void Nothing_configured_means_the_development_key_and_the_defaults()
    {
        var settings = ApiServer.Settings("{}");

        Assert.True(settings.DevelopmentKeys);
        Assert.Equal("default", Assert.Single(settings.Workspaces).Key);
        var key = settings.Keys.Find("dev");
        Assert.True(key is { IsWriteKey: true, Workspace: "default" } && key.Has(KeyScopes.All));
        Assert.Equal(new LimitSettings(1_024, 64 * 1024 * 1024, 20_000, 1_000, 0, 1), settings.Limits);
        Assert.Equal(new MemorySettings(200_000, 1_000_000, TimeSpan.FromMinutes(15)), settings.Memory);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.ShutdownTimeout);
    }

    [Fact]
    public void Write_keys_are_strings_or_objects_in_one_list()
    {
        var settings = ApiServer.Settings(ApiServer.TwoWorkspaces);

        Assert.Equal("default", settings.Keys.Find("w1")!.Source.Name);
        var till = settings.Keys.Find("w2")!;
        Assert.Equal(("till", 5, true, true), (till.Source.Name, till.Source.Priority, till.Source.Trusted, till.Source.SharedDevice));
        Assert.False(settings.DevelopmentKeys);
        Assert.Null(settings.Keys.Find("dev"));
        Assert.Equal("other", settings.Keys.Find("ow")!.Workspace);
    }

    [Fact]
    public void Identity_knobs_are_compiled_into_rules()
    {
        var settings = ApiServer.Settings("""
            {"Cdp":{"Workspaces":{"shop":{"WriteKeys":["w"],"RetainEventsDays":30,"Identity":{"Preset":"default","DefaultRegion":"AT",
              "BlockedValues":["test.*"],"MaxIdentifiersPerProfile":50,
              "Types":{"loyalty":{"Priority":2,"MaxPerProfile":1,"OnConflict":"Move"}}}}}}}
            """).Workspaces["shop"];

        Assert.Equal(TimeSpan.FromDays(30), settings.RetainEvents);
        Assert.Equal(("AT", 50), (settings.Identity.DefaultRegion, settings.Identity.MaxIdentifiersPerProfile));
        Assert.True(settings.Identity.Blocked.Contains("user_id", "testing"));
        Assert.Equal(
            new IdentifierType("loyalty", IdentifierClass.Person, 2, 1, ConflictRule.Move, ConflictRule.Move), settings.Identity.TypeOf("loyalty"));
    }

    [Theory]
    [InlineData("""{"Worspaces":{}}""", "Cdp", "Worspaces", true)]
    [InlineData("""{"Worspaces":{"a":1}}""", "Cdp:Worspaces", "no such setting")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":["w"],"Api_Keys":["x"]}}}""", "Cdp:Workspaces:shop:Api_Keys", "no such setting")]
    [InlineData("""{"Workspaces":{"shop":{"ApiKeys":[{"Key":"k","Scopes":["read","wirte"]}]}}}""", "Cdp:Workspaces:shop:ApiKeys:0:Scopes:1", "scope")]
    [InlineData("""{"Workspaces":{"shop":{"ApiKeys":[{"Key":"k"}]}}}""", "Cdp:Workspaces:shop:ApiKeys:0:Scopes", "at least one")]
    [InlineData("""{"Workspaces":{"shop":{"ApiKeys":[{"Scopes":["read"]}]}}}""", "Cdp:Workspaces:shop:ApiKeys:0:Key", "missing")]
    [InlineData("""{"Workspaces":{"shop":{"ApiKeys":["k"]}}}""", "Cdp:Workspaces:shop:ApiKeys:0", "")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":"w"}}}""", "Cdp:Workspaces:shop:WriteKeys", "list")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":{"a":"w"}}}}""", "Cdp:Workspaces:shop:WriteKeys:a", "list")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":["a:b"]}}}""", "Cdp:Workspaces:shop:WriteKeys:0", "colons")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":[{"Key":"w","Trusted":"yes"}]}}}""", "Cdp:Workspaces:shop:WriteKeys:0:Trusted", "true or false")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":[{"Key":"w","Sorce":"x"}]}}}""", "Cdp:Workspaces:shop:WriteKeys:0:Sorce", "no such setting")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":["w","w"]}}}""", "Cdp:Workspaces:shop:WriteKeys:1", "Cdp:Workspaces:shop:WriteKeys:0")]
    [InlineData("""{"Workspaces":{"a":{"WriteKeys":["w"]},"b":{"ApiKeys":[{"Key":"w","Scopes":["read"]}]}}}""", "Cdp:Workspaces:b:ApiKeys:0:Key", "Cdp:Workspaces:a:WriteKeys:0")]
    [InlineData("""{"Workspaces":{"Shop":{"WriteKeys":["w"]}}}""", "Cdp:Workspaces:Shop", "lower-case")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":["w"],"Identity":{"Preset":"segmint"}}}}""", "Cdp:Workspaces:shop:Identity:Preset", "segment")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":["w"],"Identity":{"Bridge":"always"}}}}""", "Cdp:Workspaces:shop:Identity:Bridge", "no such setting")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":["w"],"Identity":{"BlockedValues":["ok","("]}}}}""", "Cdp:Workspaces:shop:Identity:BlockedValues:1", "regular expression")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":["w"],"Identity":{"DefaultRegion":"Austria"}}}}""", "Cdp:Workspaces:shop:Identity:DefaultRegion", "AT")]
    [InlineData("""{"Workspaces":{"shop":{"WriteKeys":["w"],"RetainEventsDays":-1}}}""", "Cdp:Workspaces:shop:RetainEventsDays", "whole number")]
    [InlineData("""{"Limits":{"MaxRequestsInFlight":0}}""", "Cdp:Limits:MaxRequestsInFlight", "whole number")]
    [InlineData("""{"Memory":{"MaxIdleMinutes":"soon"}}""", "Cdp:Memory:MaxIdleMinutes", "whole number")]
    [InlineData("""{"AnalyticsJs":"no/such/folder"}""", "Cdp:AnalyticsJs", "folder")]
    public void A_wrong_setting_is_named_with_its_path_and_why(string cdp, string path, string why, bool optional = false)
    {
        var error = Record.Exception(() => ApiServer.Settings($$"""{"Cdp":{{cdp}}}"""));

        // An empty object leaves no trace in IConfiguration.
        if (optional && error is null) return;
        var problems = Assert.IsType<SettingsException>(error).Problems;
        Assert.Contains(problems, p => p.StartsWith(path + ":", StringComparison.Ordinal) && p.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_named_at_once_and_no_key_is_shown()
    {
        var error = Assert.Throws<SettingsException>(() => ApiServer.Settings("""
            {"Cdp":{"Workspaces":{"shop":{"WriteKeys":["secret-w","secret-w"],"ApiKeys":[{"Key":"secret k","Scopes":["x"]}]}}}}
            """));

        Assert.Equal(3, error.Problems.Count);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
