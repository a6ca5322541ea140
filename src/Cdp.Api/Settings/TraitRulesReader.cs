using Cdp.Core.Traits;

namespace Cdp.Api.Settings;

/// <summary>Reads <c>Identity:Traits</c>: by the trait's name, or <c>*</c> for all that are not named, <c>{Resolve, IgnoreEmpty, Sources}</c>.</summary>
internal static class TraitRulesReader
{
    private const string Others = "*";
    private const int MaxTraits = 1_000;
    private const int MaxSources = 32;
    private const int MaxSourceChars = 128;

    /// <summary>Reads the rules.</summary>
    /// <param name="identity">The section <c>Identity</c>.</param>
    /// <param name="preset">The rules of the preset, which those of the section replace one by one.</param>
    /// <returns>The rules.</returns>
    public static TraitRules Read(SectionReader identity, TraitRules preset)
    {
        var byName = new Dictionary<string, TraitRule>(preset.ByName, StringComparer.Ordinal);
        var others = preset.Others;
        var count = 0;
        foreach (var member in identity.Members("Traits"))
        {
            count++;
            var rule = ReadRule(identity.Of(member));
            if (member.Key == Others) others = rule;
            else byName[member.Key] = rule;
        }

        if (count > MaxTraits) identity.Complain("Traits", $"names {count} traits; at most {MaxTraits}.");
        return count == 0 ? preset : new TraitRules(byName, others);
    }

    private static TraitRule ReadRule(SectionReader section)
    {
        var resolve = TraitResolve.Latest;
        if (section.Text("Resolve") is { } name && !TraitResolveNames.TryParse(name, out resolve))
        {
            section.Complain("Resolve", $"expects one of {string.Join(", ", TraitResolveNames.All)}.");
        }

        var rule = new TraitRule(resolve, section.Flag("IgnoreEmpty")) { Sources = ReadSources(section) };
        if (rule.Sources.Count > 0 && resolve != TraitResolve.SourcePriority) section.Complain("Sources", "is for Resolve sourcePriority.");
        section.Finish();
        return rule;
    }

    private static List<string> ReadSources(SectionReader section)
    {
        var sources = new List<string>();
        foreach (var element in section.Elements("Sources"))
        {
            if (string.IsNullOrEmpty(element.Value) || element.Value.Length > MaxSourceChars) section.Complain("Sources:" + element.Key, $"expects a source's name of at most {MaxSourceChars} characters.");
            else if (sources.Contains(element.Value)) section.Complain("Sources:" + element.Key, "is in the list twice.");
            else sources.Add(element.Value);
        }

        if (sources.Count > MaxSources) section.Complain("Sources", $"names {sources.Count} sources; at most {MaxSources}.");
        return sources;
    }
}
