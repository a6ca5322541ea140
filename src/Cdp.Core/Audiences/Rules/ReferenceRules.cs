using Cdp.Core.Audiences.Computed;
using Cdp.Core.Audiences.Definitions;
using Cdp.Core.Audiences.Values;

namespace Cdp.Core.Audiences.Rules;

/// <summary><c>computed</c>: a test of a computed trait, or of one of its components.</summary>
internal sealed class ComputedRule(Node at, string id, Node? field, ValueTest test) : Rule
{
    private readonly string? _field = field?.Text();
    private ComputedTrait? _trait;

    public override Verdict Judge(ref Judging judging) => _trait!.Test(test, _field, judging.Windows, judging.NowMs);

    public override void Describe(RuleReads reads)
    {
        reads.Computed.Add(id);
        foreach (var accumulator in _trait?.Accumulators ?? []) reads.Add(accumulator);
    }

    public override void Link(RuleLinks links)
    {
        _trait = links.Computed(id);
        if (_trait is null) at.Note(ProblemCodes.UnknownReference, "the id of a computed trait of this workspace");
        else if (_field is not null && !_trait.Fields.Contains(_field))
            field!.Value.Note(ProblemCodes.UnknownReference, _trait.Fields.Count == 0 ? "no field: this computed trait has none" : "one of " + string.Join(", ", _trait.Fields));
    }
}

/// <summary><c>audience</c>: whether the profile belongs to another audience.</summary>
internal sealed class AudienceRule(Node at, string id) : Rule
{
    private int _index = -1;

    public override Verdict Judge(ref Judging judging) => judging.Audience(_index);

    public override void Describe(RuleReads reads) => reads.Audiences.Add(id);

    public override void Link(RuleLinks links)
    {
        if (links.Audience(id) is { } index) _index = index;
        else at.Note(ProblemCodes.UnknownReference, "the id of an audience of this workspace");
    }
}
