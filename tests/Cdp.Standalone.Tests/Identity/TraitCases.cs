namespace Cdp.Standalone.Tests.Identity;

/// <summary>Cases C: traits.</summary>
public sealed class TraitCases
{
    [Theory]
    [InlineData("C1", "posthog", "identify anon=A t.a=1 t.b=2; identify user=U t.b=3 t.c=4; identify user=U anon=A", "a=1 b=3 c=4")]
    [InlineData("C1", "posthog", "identify user=U t.b=3 t.c=4; identify anon=A t.a=1 t.b=2; identify user=U anon=A", "a=1 b=3 c=4")]
    [InlineData("C1", "segment", "identify user=U t.b=3 t.c=4; identify anon=A t.a=1 t.b=2; identify user=U anon=A", "a=1 b=2 c=4")]
    [InlineData("C1", "posthog", "identify user=U t.b=3; identify anon=A t.b=2; identify user=U anon=A; identify anon=A t.b=9", "b=9")]
    [InlineData("C1", "posthog", "identify user=U t.b=1; identify user=X t.b=2 t.c=2; identify anon=A t.b=3 t.c=3 t.d=3; identify user=X anon=A; alias user=U prev=X", "b=1")]
    [InlineData("C2", "posthog", "identify user=U t.b=3 t.c=4 t.d=5; identify anon=A t.a=1 t.b=2; identify user=U anon=A t.d=6", "a=1 b=3 c=4 d=6")]
    [InlineData("C2", "posthog", "identify anon=A t.a=1 t.b=2; identify user=U t.b=3 t.c=4 t.d=5; identify user=U anon=A t.d=6", "a=1 b=3 c=4 d=6")]
    [InlineData("C5", "segment", "identify user=U t.city=X; identify email=e@x.com t.city=Y at=9; identify user=U email=e@x.com at=10", "city=Y email=e@x.com")]
    [InlineData("C5", "segment", "identify user=U t.city=X at=9; identify email=e@x.com t.city=Y at=5; identify user=U email=e@x.com at=10", "city=X email=e@x.com")]
    [InlineData("C20", "segment", "identify user=U t.a=1 t.b=2; identify user=U t.a=null t.b=", "b=")]
    [InlineData("C22", "posthog", "identify user=U t.url=one; page user=U t.url=two", "url=one")]
    [InlineData("C22", "posthog", "identify user=U t.url=one; identify user=U t.url=two", "url=two")]
    [InlineData("C23", "posthog", "identify user=U t.a=1; track user=U t.a=2", "a=1")]
    [InlineData("C35", "mixpanel", "identify anon=D t.color=red; identify user=U anon=D", "color=red")]
    public async Task Case(string id, string preset, string events, string traits)
    {
        var run = new CaseRun(preset);
        await run.SendAsync(events);

        Assert.Equal((id, traits), (id, await run.TraitsAsync("user_id", "U")));
        run.Kit.Restart();
        Assert.Equal((id, traits), (id, await run.TraitsAsync("user_id", "U")));
    }

    [Theory]
    [InlineData("C19", "default", "page anon=A; track user=U; identify user=U anon=A")]
    [InlineData("C19", "posthog", "page anon=A; track user=U; identify user=U anon=A")]
    [InlineData("C19", "posthog", "track user=U at=5; page anon=A at=1; identify user=U anon=A at=9")]
    public async Task The_older_date_of_creation_is_kept(string id, string preset, string events)
    {
        var run = new CaseRun(preset);
        await run.SendAsync(events);

        var createdAt = (await run.FindAsync("user_id", "U"))!.Value.GetProperty("createdAt").GetDateTimeOffset();
        Assert.Equal((id, Engine.EngineKit.Start.AddSeconds(1)), (id, createdAt));
    }
}
