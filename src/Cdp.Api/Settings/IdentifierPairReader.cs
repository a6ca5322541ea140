using Cdp.Core.Grid;
using Cdp.Core.Identity;
using Microsoft.Extensions.Configuration;

namespace Cdp.Api.Settings;

/// <summary>Reads pairs of identifiers, <c>[["email:a@b.com","user_id:u1"], …]</c>. Complaints never repeat an identifier: it is personal data.</summary>
internal static class IdentifierPairReader
{
    public static IReadOnlyList<(Identifier Left, Identifier Right)> Read(SectionReader section, string name, IdentityRules rules)
    {
        List<(Identifier, Identifier)> pairs = [];
        foreach (var element in section.Elements(name))
        {
            if (ReadPair(element, rules, out var why) is { } pair) pairs.Add(pair);
            else section.Complain($"{name}:{element.Key}", why);
        }

        return pairs;
    }

    private static (Identifier, Identifier)? ReadPair(IConfigurationSection element, IdentityRules rules, out string why)
    {
        why = "expects two different identifiers, such as [\"email:a@b.com\", \"user_id:u1\"].";
        string?[] texts = [.. element.GetChildren().Select(c => c.Value)];
        if (texts is not [{ Length: > 0 } left, { Length: > 0 } right]) return null;
        if (!ProfileRef.TryParse(rules, left, out var first, out var wrong) || !ProfileRef.TryParse(rules, right, out var second, out wrong))
        {
            why = wrong!;
            return null;
        }

        return first.Identifier is { } a && second.Identifier is { } b && a != b ? (a, b) : null;
    }
}
