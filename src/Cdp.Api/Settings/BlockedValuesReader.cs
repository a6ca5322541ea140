using Cdp.Core.Identity;

namespace Cdp.Api.Settings;

/// <summary>Reads which values are no identifiers: patterns, exact values, and whether the preset's own list holds.</summary>
internal static class BlockedValuesReader
{
    public static BlockedValues Read(SectionReader section, BlockedValues preset)
    {
        List<string> patterns = [], exact = [];
        foreach (var element in section.Elements("BlockedValues"))
        {
            if (IsPattern(element.Value)) patterns.Add(element.Value!);
            else section.Complain("BlockedValues:" + element.Key, "expects a regular expression without back-references and look-arounds.");
        }

        foreach (var element in section.Elements("BlockedExactly"))
        {
            if (!string.IsNullOrWhiteSpace(element.Value)) exact.Add(element.Value.Trim());
            else section.Complain("BlockedExactly:" + element.Key, "expects a text.");
        }

        var from = section.Flag("BlockJunk", true) ? preset : BlockedValues.Of([], [], []);
        return patterns.Count + exact.Count == 0 ? from : from.With(exact, patterns);
    }

    private static bool IsPattern(string? text)
    {
        if (string.IsNullOrEmpty(text)) return false;
        try
        {
            _ = new BlockedValues([text]);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
