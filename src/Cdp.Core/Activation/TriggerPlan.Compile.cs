using Cdp.Core.Activation.Definitions;
using Cdp.Core.Audiences;
using Cdp.Core.Audiences.Definitions;

namespace Cdp.Core.Activation;

/// <summary>A problem of one definition of a plan of triggers.</summary>
/// <param name="Trigger">The trigger's place in what was given; -1 for the settings.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record TriggerProblem(int Trigger, DefinitionProblem Problem);

/// <summary>The outcome of <see cref="TriggerPlan.Compile"/>.</summary>
/// <param name="Plan">The plan; null when there are problems of any kind.</param>
/// <param name="Problems">What is wrong with triggers and settings.</param>
/// <param name="AudienceProblems">What is wrong with computed traits and audiences; then what triggers refer to was not looked for.</param>
public sealed record CompiledTriggers(TriggerPlan? Plan, IReadOnlyList<TriggerProblem> Problems, IReadOnlyList<PlanProblem> AudienceProblems);

public sealed partial class TriggerPlan
{
    /// <summary>Compiles the triggers of a workspace together with its audiences.</summary>
    /// <param name="audiences">The computed traits and audiences.</param>
    /// <param name="triggers">The triggers.</param>
    /// <param name="settings">What holds for all triggers; null for nothing.</param>
    /// <returns>The plan, or everything that is wrong.</returns>
    public static CompiledTriggers Compile(DefinitionSet audiences, IReadOnlyList<DefinitionSource> triggers, DefinitionSource? settings)
    {
        ArgumentNullException.ThrowIfNull(audiences);
        ArgumentNullException.ThrowIfNull(triggers);
        List<DefinitionProblem> settingNotes = [];
        var read = settings is null ? ActivationSettings.None : ActivationSettings.Read(settings.Json, settingNotes);
        var notes = triggers.Select(_ => new List<DefinitionProblem>()).ToArray();
        var definitions = triggers.Select((source, at) => Read(source, notes[at])).ToArray();
        foreach (var twice in definitions.Index().Where(d => d.Item is not null).GroupBy(d => d.Item!.Id, StringComparer.Ordinal).SelectMany(g => g.Skip(1)))
            notes[twice.Index].Add(new("$.id", ProblemCodes.DuplicateId, "an id that no other trigger has"));

        var compiled = AudiencePlan.CompileWith(
            [.. audiences.Computed.Values], [.. audiences.Audiences.Values], [.. definitions.Select(d => d?.Condition).OfType<Cdp.Core.Audiences.Rules.Rule>()]);
        if (compiled.Plan is { } plan)
        {
            foreach (var definition in definitions.OfType<TriggerDefinition>()) Link(definition, plan);
        }

        TriggerProblem[] problems = [.. settingNotes.Select(p => new TriggerProblem(-1, p)), .. notes.SelectMany((all, at) => all.Select(p => new TriggerProblem(at, p)))];
        return new(problems.Length > 0 || compiled.Plan is null ? null : new(compiled.Plan, definitions!, read), problems, compiled.Problems);
    }

    private static TriggerDefinition? Read(DefinitionSource source, List<DefinitionProblem> notes)
    {
        using var document = DefinitionReader.Open(source.Json, notes);
        var definition = document is null ? null : TriggerReader.Read(new(document.RootElement, "$", notes));
        if (notes.Count > 0) return null;
        definition!.Version = source.Version;
        return definition;
    }

    private static void Link(TriggerDefinition definition, AudiencePlan plan)
    {
        if (definition.When is AudienceWhen audience && plan.IndexOf(audience.Audience) < 0)
            audience.At.Note(ProblemCodes.UnknownReference, "the id of an audience of this workspace");
        if (definition.When is ComputedWhen computed) Known(computed.Computed, computed.At);
        foreach (var (field, at) in definition.Fields)
        {
            if (field.Computed is { } id) Known(id, at);
        }

        void Known(string id, Node at)
        {
            if (plan.Computed.All(c => c.Id != id)) at.Note(ProblemCodes.UnknownReference, "the id of a computed trait of this workspace");
        }
    }
}
