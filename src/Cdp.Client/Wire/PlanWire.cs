using Cdp.Core.Identity;

namespace Cdp.Client.Wire;

// How a plan of the identity policy crosses a silo's border. Fields are added, never changed.

[GenerateSerializer, Immutable, Alias("cdp.Candidate")]
internal struct CandidateWire
{
    [Id(0)] public Identifier Identifier;
    [Id(1)] public CustomerFacts? Owner;
    [Id(2)] public long LinkedAtMs;
    [Id(3)] public bool FromAlias;
    [Id(4)] public bool FromLink;
}

[RegisterConverter]
internal sealed class CandidateConverter : IConverter<Candidate, CandidateWire>
{
    public Candidate ConvertFromSurrogate(in CandidateWire wire) => new(wire.Identifier, wire.Owner, wire.LinkedAtMs, wire.FromAlias, wire.FromLink);

    public CandidateWire ConvertToSurrogate(in Candidate value) => new()
    {
        Identifier = value.Identifier,
        Owner = value.Owner,
        LinkedAtMs = value.LinkedAtMs,
        FromAlias = value.FromAlias,
        FromLink = value.FromLink,
    };
}

[GenerateSerializer, Immutable, Alias("cdp.PlanStep")]
internal struct PlanStepWire
{
    [Id(0)] public StepKind Kind;
    [Id(1)] public Identifier Identifier;
    [Id(2)] public string Code;
    [Id(3)] public CustomerId? Other;
    [Id(4)] public CustomerId? Third;
}

[RegisterConverter]
internal sealed class PlanStepConverter : IConverter<PlanStep, PlanStepWire>
{
    public PlanStep ConvertFromSurrogate(in PlanStepWire wire) => new(wire.Kind, wire.Identifier, wire.Code, wire.Other, wire.Third);

    public PlanStepWire ConvertToSurrogate(in PlanStep value) => new()
    {
        Kind = value.Kind,
        Identifier = value.Identifier,
        Code = value.Code,
        Other = value.Other,
        Third = value.Third,
    };
}

[GenerateSerializer, Immutable, Alias("cdp.IdentityPlan")]
internal struct IdentityPlanWire
{
    [Id(0)] public CustomerId? Target;
    [Id(1)] public CustomerId[] Absorbed;
    [Id(2)] public PlanStep[] Steps;
}

[RegisterConverter]
internal sealed class IdentityPlanConverter : IConverter<IdentityPlan, IdentityPlanWire>
{
    public IdentityPlan ConvertFromSurrogate(in IdentityPlanWire wire) => new(wire.Target, wire.Absorbed, wire.Steps);

    public IdentityPlanWire ConvertToSurrogate(in IdentityPlan value) => new()
    {
        Target = value.Target,
        Absorbed = [.. value.Absorbed],
        Steps = [.. value.Steps],
    };
}
