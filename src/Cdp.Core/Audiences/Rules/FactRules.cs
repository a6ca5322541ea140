using Cdp.Core.Audiences.Consent;
using Cdp.Core.Audiences.Values;

namespace Cdp.Core.Audiences.Rules;

/// <summary><c>trait</c>: a test of a trait, or of a value within it.</summary>
internal sealed class TraitRule(string name, JsonPath path, ValueTest test) : Rule
{
    public override Verdict Judge(ref Judging judging)
    {
        var json = judging.Facts.Trait(name);
        return test.Judge(json, path.Below(json, JsonWhole.Of(json)), judging.NowMs);
    }

    public override void Describe(RuleReads reads) => reads.Traits.Add(name);
}

/// <summary><c>identifier</c> and <c>reachable</c>: at least so many identifiers of some types.</summary>
internal sealed class IdentifierRule(string[] types, int atLeast) : Rule
{
    public override Verdict Judge(ref Judging judging)
    {
        var count = 0;
        foreach (var type in types) count += judging.Facts.CountIdentifiers(type);
        return Verdict.Always(count >= atLeast);
    }

    public override void Describe(RuleReads reads) => reads.IdentifierTypes.UnionWith(types);
}

/// <summary><c>consent</c>: what is in force for a purpose.</summary>
internal sealed class ConsentRule(string purpose, string? channel, ConsentState state) : Rule
{
    public override Verdict Judge(ref Judging judging) => Verdict.Always(judging.Facts.Consent(purpose, channel) == state);

    public override void Describe(RuleReads reads) => reads.Purposes.Add(purpose);
}
