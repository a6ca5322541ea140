using System.Collections.Frozen;
using Cdp.Core.Identity;
using Microsoft.Extensions.Configuration;

namespace Cdp.Api.Settings;

/// <summary>Reads what differs from a preset in identifier types. The name <c>*</c> stands for all external ids that are not listed.</summary>
internal static class IdentifierTypeReader
{
    public static FrozenDictionary<string, IdentifierType> Read(SectionReader section, IdentityRules preset, out IdentifierType other)
    {
        var types = preset.Types.ToDictionary(StringComparer.Ordinal);
        IConfigurationSection[] members = [.. section.Members("Types")];
        other = preset.Other;
        // First, because a type that is listed by the workspace alone starts from it.
        foreach (var member in members.Where(m => m.Key == preset.Other.Name)) other = Read(section.Of(member), preset.Other);
        foreach (var member in members.Where(m => m.Key != preset.Other.Name))
        {
            var reader = section.Of(member);
            if (!IdentifierNames.TryNormalize(member.Key, out var name) || name != member.Key)
                reader.Complain("", "a type's name is at most 64 lower-case letters, digits, dots, - and _; * stands for all that are not listed.");
            types[member.Key] = Read(reader, (preset.Types.TryGetValue(member.Key, out var known) ? known : other) with { Name = member.Key });
        }

        foreach (var member in members)
        {
            if (types.TryGetValue(member.Key, out var type) && type.Namespace is { } space && types.TryGetValue(space, out var whole) && whole.Namespace is not null)
                section.Of(member).Complain("Namespace", "names a type that is in another namespace itself.");
        }

        return types.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static IdentifierType Read(SectionReader section, IdentifierType type)
    {
        var onConflict = section.Choice("OnConflict", type.OnConflict);
        var read = type with
        {
            Class = section.Choice("Class", type.Class),
            Priority = section.Number("Priority", type.Priority, 1, 1_000),
            MaxPerProfile = section.Number("MaxPerProfile", type.MaxPerProfile, 1, 100_000),
            OnConflict = onConflict,
            OnConflictTrusted = section.Choice("OnConflictTrusted", section.Text("OnConflict") is null ? type.OnConflictTrusted : onConflict),
            IsUsed = section.Flag("Used", type.IsUsed),
            Namespace = ReadNamespace(section, type),
            Normalizer = section.Choice("Normalize", type.Normalizer),
            Bridge = section.Choice("Bridge", type.Bridge),
            RequireTrusted = section.Flag("RequireTrusted", type.RequireTrusted),
            OnLimit = section.Choice("OnLimit", type.OnLimit),
            Window = ReadWindow(section, type),
            Ttl = ReadTtl(section, type),
        };
        section.Finish();
        return read;
    }

    private static string? ReadNamespace(SectionReader section, IdentifierType type)
    {
        if (section.Text("Namespace") is not { } text) return type.Namespace;
        if (!IdentifierNames.TryNormalize(text, out var name) || name != text)
        {
            section.Complain("Namespace", "expects the name of a type.");
            return type.Namespace;
        }

        return name == type.Name ? null : name;
    }

    private static WindowLimit? ReadWindow(SectionReader section, IdentifierType type)
    {
        var max = section.Number("MaxNewInWindow", 0, 0, 100_000);
        var days = section.Number("WindowDays", 0, 0, 36_500);
        if (section.Text("MaxNewInWindow") is null && section.Text("WindowDays") is null) return type.Window;
        if (max > 0 && days > 0) return new(max, TimeSpan.FromDays(days));
        if (max > 0 || days > 0) section.Complain("WindowDays", "goes together with MaxNewInWindow: at most so many new values in so many days.");
        return null;
    }

    private static TimeSpan? ReadTtl(SectionReader section, IdentifierType type)
    {
        if (section.Text("TtlDays") is null) return type.Ttl;
        var days = section.Number("TtlDays", 0, 0, 36_500);
        return days == 0 ? null : TimeSpan.FromDays(days);
    }
}
